import { z } from 'zod';
import { hasCode, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { codedKind } from './kind.ts';
import {
  concept,
  dateWords,
  kept,
  listSystems,
  note,
  overlay,
  partialDate,
  present,
  readConcept,
  readDate,
  readNote,
  shortText,
  writeConcept,
  writeNote,
} from './parts.ts';
import { sameThing } from './sameThing.ts';

const entry = z.strictObject({
  procedure: concept,
  on: partialDate.optional(),
  /** Hospital or surgeon, as far as somebody remembers. */
  where: shortText.optional(),
  note: note.optional(),
});
type Entry = z.infer<typeof entry>;

const readOn = (procedure: Resource): string | null =>
  readDate(valueAt(procedure, 'performedDateTime')) ??
  readDate(valueAt(procedure, 'performedPeriod', 'start'));

const noKnown = new Set(['no-known-procedures']);
const done = new Set(['completed', 'in-progress', 'on-hold', 'unknown']);

export const procedures = codedKind<Entry>({
  resourceType: 'Procedure',
  listCode: '47519-4',
  entry,
  names: { element: 'code', field: 'procedure' },
  fields: (procedure) => ({
    ...present({
      on: readOn(procedure),
      where: textAt(procedure, 'location', 'display'),
      note: readNote(procedure),
    }),
  }),
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      status: done.has(textAt(before, 'status') ?? '') ? before['status'] : 'completed',
      code: kept(before['code'], readConcept, said.procedure, writeConcept),
      subject: before['subject'] ?? { reference: `Patient/${patientId}` },
      ...(readOn(before) === (said.on ?? null)
        ? {}
        : { performedPeriod: undefined, performedDateTime: said.on }),
      recorder: before['recorder'] ?? who,
      location:
        textAt(before, 'location', 'display') === (said.where ?? null)
          ? before['location']
          : said.where && { display: said.where },
      note: writeNote(before, said.note, { at, who }),
    }),
  standing: (procedure) => {
    const status = textAt(procedure, 'status') ?? 'unknown';
    if (status === 'entered-in-error') return 'error';
    return done.has(status) ? 'holds' : 'ended';
  },
  line: ({ procedure, on, where }) => ({
    title: procedure.text,
    detail: [on === undefined ? 'date not known' : dateWords(on), where].filter(Boolean).join(', '),
  }),
  about: ({ procedure, on }) => sameThing(procedure).map((key) => `${key}|${on ?? ''}`),
  past: ({ on }) => [on],
  ending: null,
  mistake: (procedure) => overlay(procedure, { status: 'entered-in-error' }),
  none: {
    is: (procedure) => hasCode(valueAt(procedure, 'code'), noKnown),
    over: null,
    write: ({ patientId, who }) => ({
      resourceType: 'Procedure',
      status: 'completed',
      code: {
        coding: [{ system: listSystems.absent, code: 'no-known-procedures', display: 'No known procedures' }],
        text: 'No known procedures',
      },
      subject: { reference: `Patient/${patientId}` },
      recorder: who,
    }),
  },
});
