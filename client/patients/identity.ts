import type { Allergy, PatientSummary } from '../../shared/patients/schema.ts';
import { formatNationalNumber } from '../../shared/units/identifiers.ts';
import { words } from '../messages/words.ts';

/** Always in words; letters stand on lists only. */
export const sexWord = (sex: PatientSummary['sex']): string => words.patient.sexes[sex];

/** `Mrs, prefers Josie` in parts, so that the preferred name can be set apart. */
export function addressOf(patient: PatientSummary): { prefix: string | null; prefers: string | null } {
  const prefers = patient.preferredName;
  return { prefix: patient.prefix, prefers: prefers && prefers !== patient.given ? prefers : null };
}

const severityRank = { severe: 0, moderate: 1, mild: 2 } as const;

const rankOf = (allergy: Allergy): number =>
  (allergy.severity === null ? 3 : severityRank[allergy.severity]) -
  (allergy.criticality === 'high' ? 0.5 : 0);

/** Worst reaction first; among equals the order of the source. */
export const worstFirst = (allergies: readonly Allergy[]): Allergy[] =>
  [...allergies].sort((one, other) => rankOf(one) - rankOf(other));

/** `3 allergies, worst severe`. */
export function allergiesInShort(allergies: readonly Allergy[]): string {
  const worst = worstFirst(allergies)[0]?.severity;
  const count = words.patient.allergyCount(allergies.length);
  return worst ? `${count}, ${words.patient.worst(words.patient.severities[worst])}` : count;
}

/** Digits alone are grouped for reading; a number that brings its own separators (999-26-2722) keeps them. */
export const nationalNumberWords = (number: string): string =>
  /^\d+$/.test(number) ? formatNationalNumber(number) : number;

/** Identifiers of some sources are UUIDs: whole, and in small letters. */
export const isLongIdentifier = (identifier: string): boolean => identifier.length > 16;
