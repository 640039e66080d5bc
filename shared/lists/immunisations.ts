import { z } from 'zod';
import { conceptText, hasCode, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
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

const given = ['given', 'not-done'] as const;
const places = ['here', 'elsewhere'] as const;

const entry = z
  .strictObject({
    vaccine: concept,
    given: z.enum(given),
    /** When it was given or refused; absent where nobody remembers. */
    on: partialDate.optional(),
    /** Given by this team, or told by the patient or a record. */
    where: z.enum(places),
    lot: shortText.optional(),
    site: shortText.optional(),
    route: shortText.optional(),
    reason: shortText.optional(),
    note: note.optional(),
  })
  .refine(({ given: how, reason }) => how === 'given' || reason !== undefined, {
    path: ['reason'],
    message: 'Say why it was not given.',
  });
type Entry = z.infer<typeof entry>;

const unknownDate = 'Date not known';
const readText = (value: unknown): string | null => conceptText(value);
const noKnown = new Set(['no-known-immunizations']);

const occurrence = (before: Resource, on: string | undefined): Record<string, unknown> =>
  on === undefined
    ? {
        occurrenceDateTime: undefined,
        occurrenceString: textAt(before, 'occurrenceString') ?? unknownDate,
      }
    : {
        occurrenceDateTime: kept(before['occurrenceDateTime'], readDate, on, (date) => date),
        occurrenceString: undefined,
      };

export const immunisations = codedKind<Entry>({
  resourceType: 'Immunization',
  listCode: '11369-6',
  entry,
  names: { element: 'vaccineCode', field: 'vaccine' },
  fields: (immunisation) => ({
    given: textAt(immunisation, 'status') === 'not-done' ? 'not-done' : 'given',
    where: valueAt(immunisation, 'primarySource') === true ? 'here' : 'elsewhere',
    ...present({
      on: readDate(valueAt(immunisation, 'occurrenceDateTime')),
      lot: textAt(immunisation, 'lotNumber'),
      site: conceptText(valueAt(immunisation, 'site')),
      route: conceptText(valueAt(immunisation, 'route')),
      reason: conceptText(valueAt(immunisation, 'statusReason')),
      note: readNote(immunisation),
    }),
  }),
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      status: said.given === 'given' ? 'completed' : 'not-done',
      statusReason: kept(before['statusReason'], readText, said.reason, (text) => ({ text })),
      vaccineCode: kept(before['vaccineCode'], readConcept, said.vaccine, writeConcept),
      patient: before['patient'] ?? { reference: `Patient/${patientId}` },
      ...occurrence(before, said.on),
      recorded: before['recorded'] ?? at,
      primarySource: said.where === 'here',
      lotNumber: said.lot,
      site: kept(before['site'], readText, said.site, (text) => ({ text })),
      route: kept(before['route'], readText, said.route, (text) => ({ text })),
      note: writeNote(before, said.note, { at, who }),
    }),
  standing: ({ status }) => (status === 'entered-in-error' ? 'error' : 'holds'),
  line: ({ vaccine, given: how, on, where, reason, lot }) => ({
    title: vaccine.text,
    detail: [
      how === 'given'
        ? on === undefined
          ? 'date not known'
          : dateWords(on)
        : `not given: ${reason ?? 'reason not recorded'}`,
      how === 'given' && where === 'elsewhere' ? 'given elsewhere' : null,
      lot && `lot ${lot}`,
    ]
      .filter(Boolean)
      .join(', '),
  }),
  // The same vaccine again is a booster; the same vaccine on the same day is the same needle.
  about: ({ vaccine, on, given: how }) => sameThing(vaccine).map((key) => `${key}|${how}|${on ?? ''}`),
  past: ({ on }) => [on],
  ending: null,
  mistake: (immunisation) => overlay(immunisation, { status: 'entered-in-error' }),
  none: {
    is: (immunisation) => hasCode(valueAt(immunisation, 'vaccineCode'), noKnown),
    over: null,
    write: ({ patientId, at }) => ({
      resourceType: 'Immunization',
      status: 'not-done',
      vaccineCode: {
        coding: [
          { system: listSystems.absent, code: 'no-known-immunizations', display: 'No known immunizations' },
        ],
        text: 'No known immunisations',
      },
      patient: { reference: `Patient/${patientId}` },
      occurrenceString: unknownDate,
      recorded: at,
    }),
  },
});
