import { phoneDigits, soundOf } from './matchKeys.ts';
import { fold } from './search.ts';
import { areSimilarNames } from './similarName.ts';

/** What is compared of two people. */
export interface Identity {
  names: { family: string; given: string }[];
  /** As far as it is known: `1957`, `1957-02`, `1957-02-14`. */
  birthDate: string | null;
  sex: string;
  nationalNumbers: string[];
  phones: string[];
}

/** Why two records look like one person's, for whoever decides. */
export const matchReasons = [
  'same-national-number',
  'other-national-number',
  'same-name',
  'similar-name',
  'same-given-name',
  'same-family-name',
  'same-birth-date',
  'similar-birth-date',
  'other-birth-date',
  'same-sex',
  'other-sex',
  'same-phone',
] as const;
export type MatchReason = (typeof matchReasons)[number];

export interface Match {
  score: number;
  band: 'likely' | 'possible' | 'no';
  reasons: MatchReason[];
}

/**
 * Points for agreeing and for differing, in the manner of Fellegi and Sunter (1969): about the binary logarithm of how
 * much likelier it is in one person's two records than in two people's. Round numbers, chosen so that no single weak
 * agreement (name alone, birth date alone) reaches `possible` against a known difference.
 */
const points = {
  nationalNumber: { same: 12, other: -6 },
  /** To the day; day and month swapped or one slip of the finger; one of them known less exactly. */
  birthDate: { same: 8, swapped: 5, slip: 4, compatible: 3, other: -5, otherGeneration: -8 },
  family: { same: 6, similar: 4, other: -4 },
  given: { same: 4, similar: 3, short: 2, other: -3 },
  sex: { same: 1, other: -3 },
  phone: { same: 4 },
} as const;

const bands = { likely: 15, possible: 9 } as const;

/** Born further apart than this, two people of one name are more probably parent and child. */
const generationYears = 12;

export function matchOf(one: Identity, other: Identity): Match {
  const reasons: MatchReason[] = [];
  const add = (reason: MatchReason | null, value: number): number => {
    if (reason) reasons.push(reason);
    return value;
  };
  const number = compareNumbers(one.nationalNumbers, other.nationalNumbers);
  const name = compareNames(one.names, other.names);
  const born = compareBirthDates(one.birthDate, other.birthDate);
  let score = name.score;
  reasons.push(...name.reasons);
  if (number !== 'unknown')
    score += add(
      number === 'same' ? 'same-national-number' : 'other-national-number',
      points.nationalNumber[number],
    );
  if (born !== 'unknown') score += add(birthReasons[born], points.birthDate[born]);
  const known = (sex: string): boolean => sex === 'male' || sex === 'female';
  if (known(one.sex) && known(other.sex)) {
    const same = one.sex === other.sex;
    score += add(same ? 'same-sex' : 'other-sex', same ? points.sex.same : points.sex.other);
  }
  const phones = new Set(one.phones.flatMap((phone) => phoneDigits(phone) ?? []));
  if (other.phones.some((phone) => phones.has(phoneDigits(phone) ?? '')))
    score += add('same-phone', points.phone.same);
  return { score, band: bandOf(score, number), reasons };
}

/** One number for two people is always somebody's error, and always worth a look. */
const bandOf = (score: number, number: 'same' | 'other' | 'unknown'): Match['band'] => {
  if (number === 'same' || score >= bands.likely) return 'likely';
  return score >= bands.possible ? 'possible' : 'no';
};

function compareNumbers(one: string[], other: string[]): 'same' | 'other' | 'unknown' {
  if (one.length === 0 || other.length === 0) return 'unknown';
  const normal = (number: string): string => number.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  const numbers = new Set(one.map(normal));
  return other.some((number) => numbers.has(normal(number))) ? 'same' : 'other';
}

const birthReasons = {
  same: 'same-birth-date',
  swapped: 'similar-birth-date',
  slip: 'similar-birth-date',
  compatible: 'similar-birth-date',
  other: 'other-birth-date',
  otherGeneration: 'other-birth-date',
} as const satisfies Record<keyof typeof points.birthDate, MatchReason>;

function compareBirthDates(
  one: string | null,
  other: string | null,
): keyof typeof points.birthDate | 'unknown' {
  if (one === null || other === null) return 'unknown';
  const [a, b] = [one.slice(0, 10), other.slice(0, 10)];
  if (a.length === 10 && a === b) return 'same';
  if (a.startsWith(b) || b.startsWith(a)) return 'compatible';
  const [yearA, monthA, dayA] = a.split('-');
  const [yearB, monthB, dayB] = b.split('-');
  if (yearA === yearB && monthA === dayB && dayA === monthB) return 'swapped';
  if (a.length === 10 && b.length === 10 && isOneSlip(a.replaceAll('-', ''), b.replaceAll('-', '')))
    return 'slip';
  return Math.abs(Number(yearA) - Number(yearB)) > generationYears ? 'otherGeneration' : 'other';
}

/** One digit typed wrong, or two neighbours swapped. */
function isOneSlip(one: string, other: string): boolean {
  const differs = [...one].flatMap((digit, index) => (digit === other[index] ? [] : [index]));
  if (differs.length === 1) return true;
  const [first, second] = differs;
  return (
    differs.length === 2 &&
    second === first! + 1 &&
    one[first!] === other[second] &&
    one[second] === other[first!]
  );
}

interface NameMatch {
  score: number;
  reasons: MatchReason[];
}

/** The best of all pairs: people keep earlier names, and forms mix up which one is the family's. */
function compareNames(one: Identity['names'], other: Identity['names']): NameMatch {
  const usable = (names: Identity['names']): Identity['names'] =>
    names.filter(({ family, given }) => family !== '' || given !== '');
  const pairs = usable(one).flatMap((a) =>
    usable(other).flatMap((b) => [compareName(a, b), compareName(a, { family: b.given, given: b.family })]),
  );
  return pairs.reduce(
    (best, each) => (each.score > best.score ? each : best),
    pairs[0] ?? {
      score: 0,
      reasons: [],
    },
  );
}

type Degree = 'same' | 'similar' | 'short' | 'other' | 'unknown';

function compareName(one: Identity['names'][number], other: Identity['names'][number]): NameMatch {
  const family = familyDegree(one.family, other.family);
  const given = givenDegree(one.given, other.given);
  const score =
    (family === 'unknown' ? 0 : points.family[family]) + (given === 'unknown' ? 0 : points.given[given]);
  return { score, reasons: nameReasons(family, given) };
}

function nameReasons(family: Degree, given: Degree): MatchReason[] {
  if (family === 'same' && given === 'same') return ['same-name'];
  const alike = (degree: Degree): boolean => degree !== 'other' && degree !== 'unknown';
  if (alike(family) && alike(given)) return ['similar-name'];
  if (alike(family)) return [family === 'same' ? 'same-family-name' : 'similar-name'];
  return alike(given) ? ['same-given-name'] : [];
}

const letters = (name: string): string => fold(name).replace(/[^\p{L}]/gu, '');

function familyDegree(one: string, other: string): Exclude<Degree, 'short'> {
  const [a, b] = [letters(one), letters(other)];
  if (a === '' || b === '') return 'unknown';
  if (a === b) return 'same';
  return areSimilarNames(one, other) || soundOf(a) === soundOf(b) ? 'similar' : 'other';
}

/** Second names are often left out: the first ones are compared, and the second with the first. */
function givenDegree(one: string, other: string): Degree {
  const [listA, listB] = [partsOf(one), partsOf(other)];
  const [a, b] = [listA[0], listB[0]];
  if (a === undefined || b === undefined) return 'unknown';
  if (a === b) return 'same';
  const least = Math.min(a.length, b.length);
  if (least >= 4 && (areSimilarNames(a, b) || soundOf(a) === soundOf(b))) return 'similar';
  // `J` for `Jane`, `Alex` for `Alexander`.
  if ((least === 1 || least >= 3) && (a.startsWith(b) || b.startsWith(a))) return 'short';
  return listA.includes(b) || listB.includes(a) ? 'short' : 'other';
}

const partsOf = (given: string): string[] =>
  given
    .split(/[\s\-.]+/)
    .map(letters)
    .filter((part) => part !== '');
