/** Letters that Unicode does not take apart into a base letter and a mark. */
const whole: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
};

/** Lower case, without accents. */
export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[øłđðßæœþıħ]/g, (letter) => whole[letter] ?? letter);

const joined = /[^\p{L}\p{N}\s]/u;

const wordParts = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** A word with a hyphen or an apostrophe stands in its parts and as one: O'Brien is found as `brien` and `obrien`. */
const foldedWords = (text: string): string[] => [
  ...wordParts(text),
  ...fold(text)
    .split(/\s+/)
    .filter((word) => joined.test(word))
    .map((word) => wordParts(word).join(''))
    .filter((word) => word !== ''),
];

/** What a search looks through: each word with a space before it, so that ` ann` finds Anna and not Joanna. */
export const searchable = (texts: (string | null)[]): string =>
  [...new Set(texts.flatMap((text) => (text === null ? [] : foldedWords(text))))]
    .map((word) => ` ${word}`)
    .join('');

export interface PatientQuery {
  /** Beginnings of words, each of which must be there, in any order. */
  words: string[];
  /** Dates of birth, each of which must be the patient's. */
  birthDates: string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const isoDate = (year: string, month: number, day: string): string | null => {
  const date = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date ? null : date;
};

/** `1957-02-14`, `14-02-1957` (also with points or strokes) or `14-Feb-1957`; null for anything else. */
export function parseBirthDate(text: string): string | null {
  const iso = text.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
  if (iso) return isoDate(iso[1]!, Number(iso[2]), iso[3]!);
  const numbers = text.match(/^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/);
  if (numbers) return isoDate(numbers[3]!, Number(numbers[2]), numbers[1]!);
  const named = text.match(/^(\d{1,2})[-. ]?([A-Za-z]{3,9})[-. ]?(\d{4})$/);
  if (!named) return null;
  const month = months.indexOf(named[2]!.slice(0, 3).toLowerCase());
  return month < 0 ? null : isoDate(named[3]!, month + 1, named[1]!);
}

/** What somebody typed, as a question: dates of birth (also written with spaces) and words. */
export function parsePatientQuery(typed: string): PatientQuery {
  const query: PatientQuery = { words: [], birthDates: [] };
  const joined = typed.replace(/\b(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})\b/g, (all, day, month, year) =>
    parseBirthDate(`${day}-${month}-${year}`) === null ? all : `${day}-${month}-${year}`,
  );
  for (const token of joined.split(/[\s,;]+/)) {
    const date = parseBirthDate(token);
    if (date !== null) query.birthDates.push(date);
    else query.words.push(...wordParts(token));
  }
  return query;
}
