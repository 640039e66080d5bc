import { systems } from './codes.ts';
import { codeIn, instantOf, listAt, referencedId, textAt, valueAt, type Resource } from './fhirValue.ts';
import { matchKeys } from './matchKeys.ts';
import type { PatientSummary } from './schema.ts';
import { searchable } from './search.ts';

const sexes = ['male', 'female', 'other'] as const;

/** What lists, searches and banners need of a Patient. */
export type PatientFields = Omit<PatientSummary, 'id' | 'siteId' | 'name' | 'unidentified'> & {
  searchText: string;
  /** Into whom this record was merged. */
  replacedBy: string | null;
  unidentified: boolean;
};

/** Name uses in the order in which they are shown: an official name is what the wristband says. */
const nameOrder = ['official', 'usual', '', 'temp', 'anonymous', 'nickname', 'maiden', 'old'];
export const nameRank = (name: unknown): number => nameOrder.indexOf(textAt(name, 'use') ?? '');

const words = (list: unknown[]): string => list.filter((word) => typeof word === 'string').join(' ');

/** National patient numbers, by v2-0203 type (SS: US social security, NI: national identifier, NH: NHS) or system. */
const nationalTypes = new Set(['SS', 'NI', 'NH', 'NIIP']);
const nationalSystems = new Set(['http://hl7.org/fhir/sid/us-ssn', 'https://fhir.nhs.uk/Id/nhs-number']);

/** Numbers that belong to a person's record: an id at a source is found in its own place. */
const findable = (identifier: unknown): string | null => {
  const system = textAt(identifier, 'system');
  return system === systems.sourceId ? null : textAt(identifier, 'value');
};

/** Names that a site gives to somebody whose own nobody knows yet. */
const isGiven = (name: unknown): boolean => textAt(name, 'use') === 'temp';

export function interpretPatient(patient: Resource): PatientFields {
  const names = [...listAt(patient, 'name')].sort((a, b) => nameRank(a) - nameRank(b));
  const name = names[0];
  const identifiers = listAt(patient, 'identifier');
  // A number that was given up still finds its owner; it is not the one that is shown.
  const inUse = identifiers.filter((item) => textAt(item, 'use') !== 'old');
  const typed = (codes: ReadonlySet<string>): string | null =>
    textAt(
      inUse.find((item) => codes.has(codeIn(valueAt(item, 'type'), systems.identifierType) ?? '')),
      'value',
    );
  const mrn = typed(new Set(['MR']));
  const nationalNumber =
    typed(nationalTypes) ??
    textAt(
      inUse.find((item) => nationalSystems.has(textAt(item, 'system') ?? '')),
      'value',
    );
  const nickname = names.find((other) => textAt(other, 'use') === 'nickname');
  const replacedBy = replacementOf(patient);
  const birthDate = instantOf(textAt(patient, 'birthDate')) === null ? null : textAt(patient, 'birthDate');
  return {
    // A name that is only written out (`text`) is shown whole, as the family name.
    family: textAt(name, 'family') ?? (listAt(name, 'given').length > 0 ? '' : (textAt(name, 'text') ?? '')),
    given: words(listAt(name, 'given')),
    prefix: words(listAt(name, 'prefix')) || null,
    preferredName: words(listAt(nickname, 'given')) || textAt(nickname, 'text'),
    birthDate,
    sex: sexes.find((sex) => sex === valueAt(patient, 'gender')) ?? 'unknown',
    mrn,
    nationalNumber,
    deceasedAt:
      textAt(patient, 'deceasedDateTime') ??
      (valueAt(patient, 'deceasedBoolean') === true ? 'unknown' : null),
    // A record that was merged is found under the one that it is part of now.
    searchText: replacedBy === null ? findableBy(patient, [mrn, nationalNumber]) : '',
    replacedBy,
    unidentified: names.length > 0 && names.every(isGiven),
  };
}

/** All that somebody is found by: each of their names, the numbers they have, and those that they had. */
const findableBy = (patient: Resource, numbers: (string | null)[]): string => {
  const found = searchable([
    ...listAt(patient, 'name').flatMap((each) => [
      textAt(each, 'family'),
      words(listAt(each, 'given')),
      textAt(each, 'text'),
    ]),
    ...numbers,
    ...listAt(patient, 'identifier')
      .filter((item) => textAt(item, 'use') === 'old')
      .map(findable),
  ]);
  const keys = matchKeys(patient).map((key) => ` ${key}`);
  return found + keys.join('');
};

function replacementOf(patient: Resource): string | null {
  const link = listAt(patient, 'link').find((each) => textAt(each, 'type') === 'replaced-by');
  return referencedId(valueAt(link, 'other'), 'Patient');
}

/** `FAMILY, Given`, as lists show it. */
export const listName = (family: string, given: string): string =>
  [family.toLocaleUpperCase('en'), given].filter((part) => part !== '').join(', ') || 'Name not recorded';
