import type { PatientSummary } from './schema.ts';
import { fold, parsePatientQuery } from './search.ts';
import { areSimilarNames } from './similarName.ts';

/** In which ways one person could be taken for another. */
export type LookAlike = 'similar-name' | 'same-birth-date';

type Person = Pick<PatientSummary, 'id' | 'family' | 'given' | 'birthDate'>;

/** A year or a month alone is shared by too many to tell anything. */
const sameBirthDate = (one: Person, other: Person): boolean =>
  one.birthDate?.length === 10 && one.birthDate === other.birthDate;

/** On a ward a family name is called out alone: that is enough to take one person for another. */
export function lookAlikesAmong(person: Person, all: readonly Person[]): LookAlike[] {
  const others = all.filter(({ id }) => id !== person.id);
  return [
    ...(others.some(({ family }) => areSimilarNames(family, person.family))
      ? (['similar-name'] as const)
      : []),
    ...(others.some((other) => sameBirthDate(person, other)) ? (['same-birth-date'] as const) : []),
  ];
}

/** `Joseph` and `Josephine`, `Ann` and `Ann Marie`. */
function oneBeginsTheOther(one: string, other: string): boolean {
  const [a, b] = [fold(one), fold(other)];
  return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

/**
 * The same of those whom a search has found, by id. They were found by what they share: a family name alone tells
 * nothing there, nor does a birth date that was asked for.
 */
export function lookAlikesFound(found: readonly Person[], typed: string): Map<string, LookAlike[]> {
  const askedForDate = parsePatientQuery(typed).birthDates.length > 0;
  const wholeName = (one: Person, other: Person): boolean =>
    areSimilarNames(one.family, other.family) &&
    (areSimilarNames(one.given, other.given) || oneBeginsTheOther(one.given, other.given));
  return new Map(
    found.map((person) => {
      const others = found.filter(({ id }) => id !== person.id);
      const kinds: LookAlike[] = [];
      if (others.some((other) => wholeName(person, other))) kinds.push('similar-name');
      if (!askedForDate && others.some((other) => sameBirthDate(person, other)))
        kinds.push('same-birth-date');
      return [person.id, kinds];
    }),
  );
}
