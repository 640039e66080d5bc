import { conceptText, firstCoding, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import type { Standing, Writing } from './kind.ts';
import { listSystems, overlay, readConcept, same, writeNote } from './parts.ts';

/** What observations of a list have in common: a LOINC code, a moment, and a value. */
interface Observed {
  code: string;
  display: string;
  category: 'vital-signs' | 'social-history';
  /** When, as it was said; now, where nobody said. */
  at: string | undefined;
  elements: Record<string, unknown>;
  note?: string | undefined;
}

export const observedAt = (observation: Resource): string | null =>
  textAt(observation, 'effectiveDateTime') ??
  textAt(observation, 'effectiveInstant') ??
  textAt(observation, 'effectivePeriod', 'start');

export function writeObservation(
  before: Resource,
  said: Observed,
  { patientId, at, who }: Writing,
): Resource {
  const { code, display, category } = said;
  const moment =
    said.at === undefined
      ? { effectiveDateTime: at }
      : said.at === observedAt(before)
        ? {}
        : { effectiveDateTime: said.at, effectiveInstant: undefined, effectivePeriod: undefined };
  return overlay(before, {
    // A value that is changed after it was recorded is a corrected one.
    status: before['status'] === undefined ? 'final' : 'corrected',
    category: before['category'] ?? [
      { coding: [{ system: listSystems.observationCategory, code: category }] },
    ],
    code: before['code'] ?? { coding: [{ system: listSystems.loinc, code, display }], text: display },
    subject: before['subject'] ?? { reference: `Patient/${patientId}` },
    performer: before['performer'] ?? [who],
    ...moment,
    ...said.elements,
    note: writeNote(before, said.note, { at, who }),
  });
}

export const observationStanding = (observation: Resource): Standing =>
  ['entered-in-error', 'cancelled'].includes(textAt(observation, 'status') ?? '') ? 'error' : 'holds';

export const observationMistake = (observation: Resource): Resource =>
  overlay(observation, { status: 'entered-in-error' });

export const loincOf = (observation: Resource): string | null =>
  firstCoding(valueAt(observation, 'code'))?.code ?? null;

/** One of some coded answers, each `[key, system, code, display]`. */
export type Answer<Key extends string> = readonly [key: Key, system: string, code: string, display: string];

export const readAnswer = <Key extends string>(
  answers: readonly Answer<Key>[],
  value: unknown,
): Key | null => {
  const code = firstCoding(value)?.code;
  return answers.find((answer) => answer[2] === code)?.[0] ?? null;
};

export const writeAnswer = <Key extends string>(answers: readonly Answer<Key>[], key: Key): object => {
  const [, system, code, display] = answers.find((answer) => answer[0] === key)!;
  return { coding: [{ system, code, display }], text: display };
};

/** A value in words, kept with its codes where the words are the same. */
export const writeWords = (before: unknown, text: string): unknown =>
  same(readConcept(before)?.text, text) ? before : { text };

export const readWords = (observation: Resource): string | null =>
  conceptText(valueAt(observation, 'valueCodeableConcept')) ?? textAt(observation, 'valueString');
