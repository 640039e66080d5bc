/** What a site gives to people out of a sequence: record numbers, and names for those whose own nobody knows. */

/** Below this nothing is given, so that numbers have eight digits from the first one on. */
const firstMrn = 600_000;

/** A record number: the sequence and a check digit (Luhn, ISO/IEC 7812-1), which finds one wrong or two swapped digits. */
export function mrnOf(sequence: number): string {
  const digits = String(firstMrn * 10 + sequence);
  return digits + luhnDigit(digits);
}

function luhnDigit(digits: string): string {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Words of the radiotelephony alphabet (ICAO, annex 10) that are no family names and are not taken for each other. */
const words = [
  'Alfa',
  'Bravo',
  'Delta',
  'Echo',
  'Foxtrot',
  'Golf',
  'Hotel',
  'India',
  'Kilo',
  'Lima',
  'Papa',
  'Quebec',
  'Sierra',
  'Tango',
  'Uniform',
  'Victor',
  'Whiskey',
  'Xray',
  'Yankee',
  'Zulu',
];

/** Between two neighbours in the sequence both word and number differ, and no pair of them comes twice. */
const numbers = 89;
const stride = 34;

/** `Foxtrot 45`: what somebody is called until their name is known. */
export function aliasOf(sequence: number): string {
  const word = words[sequence % words.length]!;
  const round = Math.floor(sequence / (words.length * numbers));
  return `${word} ${10 + ((sequence * stride) % numbers) + round * numbers}`;
}
