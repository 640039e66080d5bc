import { z } from 'zod';
import { medicineDetail, orderTiming } from '../orders/schema.ts';
import { toDosage } from '../orders/toFhir.ts';
import { readOrder } from '../orders/summary.ts';
import { nothingKnown } from '../patients/codes.ts';
import { conceptText, hasCode, listAt, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { isTimingCode, timingCodes, timingInWords } from '../units/timing.ts';
import { codedKind } from './kind.ts';
import {
  concept,
  dateWords,
  kept,
  listSystems,
  note,
  oneOf,
  overlay,
  partialDate,
  present,
  readConcept,
  readDate,
  readDecimal,
  readNote,
  shortText,
  writeConcept,
  writeNote,
} from './parts.ts';
import { sameMedicine } from './sameThing.ts';

/** Who says that it is taken. */
const informants = ['patient', 'relative', 'carer', 'pharmacy', 'records'] as const;
const informantWords: Record<(typeof informants)[number], string> = {
  patient: 'Patient',
  relative: 'Relative',
  carer: 'Carer',
  pharmacy: 'Pharmacy',
  records: 'Earlier records',
};

const dosing = z.union([
  medicineDetail.omit({ code: true, duration: true }),
  z.strictObject({ asWritten: shortText }),
]);
type Dosing = z.infer<typeof dosing>;

const entry = z.strictObject({
  medicine: concept,
  /** Null: it is taken, and nobody knows how much. */
  dosing: dosing.nullable(),
  since: partialDate.optional(),
  informant: z.enum(informants).optional(),
  indication: shortText.optional(),
  note: note.optional(),
});
type Entry = z.infer<typeof entry>;

const outcomes = ['stopped', 'completed', 'not-taken'] as const;
const current = new Set(['active', 'on-hold', 'intended', 'unknown']);

/** A timing that was written with one of our codes comes back as that code. */
function readTiming(value: unknown): unknown {
  const words = conceptText(valueAt(value, 'code'));
  const coded = listAt(value, 'code', 'coding')
    .map((coding) => textAt(coding, 'code'))
    .find((code) => code !== null && isTimingCode(code));
  if (coded) return coded;
  const named = [...timingCodes, ...everyHours].find((code) => timingInWords(code) === words);
  return named ?? orderTiming.safeParse(value).data;
}
const everyHours = Array.from({ length: 99 }, (_, index) => `Q${index + 1}H`);

function readDosing(value: unknown): Dosing | null {
  const dosage: unknown = Array.isArray(value) ? value[0] : undefined;
  if (dosage === undefined) return null;
  const quantity = valueAt(listAt(dosage, 'doseAndRate')[0], 'doseQuantity');
  const needed = conceptText(valueAt(dosage, 'asNeededCodeableConcept'));
  const structured = dosingOf({
    dose: { value: readDecimal(valueAt(quantity, 'value')), unit: textAt(quantity, 'unit') },
    route: conceptText(valueAt(dosage, 'route')),
    timing: readTiming(valueAt(dosage, 'timing')),
    ...(needed !== null
      ? { asNeeded: needed }
      : valueAt(dosage, 'asNeededBoolean') === true
        ? { asNeeded: true }
        : {}),
  });
  if (structured) return structured;
  const asWritten = textAt(dosage, 'text');
  return asWritten === null ? null : dosingOf({ asWritten });
}

const dosingOf = (value: unknown): Dosing | null => dosing.safeParse(value).data ?? null;

/** The words of how it is taken. */
function dosingWords(said: Dosing | null): string {
  if (said === null) return 'dose not known';
  if ('asWritten' in said) return said.asWritten;
  const reading = readOrder('medication', { code: { system: '-', code: '-', display: '-' }, ...said });
  return reading.readable
    ? [reading.line.dose, reading.line.how].filter(Boolean).join(' ')
    : 'dose not known';
}

const readInformant = (value: unknown): NonNullable<Entry['informant']> | null => {
  if (textAt(value, 'reference')?.startsWith('Patient/')) return 'patient';
  return informants.find((known) => informantWords[known] === textAt(value, 'display')) ?? null;
};

const readSince = (statement: Resource): string | null =>
  readDate(valueAt(statement, 'effectivePeriod', 'start')) ??
  readDate(valueAt(statement, 'effectiveDateTime'));

function writeSince(before: Resource, since: string | undefined): Record<string, unknown> {
  if (readSince(before) === (since ?? null)) return {};
  return {
    effectiveDateTime: undefined,
    effectivePeriod: since === undefined ? undefined : { start: since },
  };
}

const readIndication = (value: unknown): string | null =>
  Array.isArray(value) ? conceptText(value[0]) : null;

export const medicines = codedKind<Entry>({
  resourceType: 'MedicationStatement',
  listCode: '10160-0',
  entry,
  otherTitle: (statement) => textAt(statement, 'medicationReference', 'display'),
  names: { element: 'medicationCodeableConcept', field: 'medicine' },
  fields: (statement) => ({
    dosing: readDosing(valueAt(statement, 'dosage')),
    ...present({
      since: readSince(statement),
      informant: readInformant(valueAt(statement, 'informationSource')),
      indication: readIndication(valueAt(statement, 'reasonCode')),
      note: readNote(statement),
    }),
  }),
  write: (said, before, { patientId, at, who, decimal }) =>
    overlay(before, {
      status: current.has(textAt(before, 'status') ?? '') ? before['status'] : 'active',
      statusReason: current.has(textAt(before, 'status') ?? '') ? before['statusReason'] : undefined,
      medicationCodeableConcept: kept(
        before['medicationCodeableConcept'],
        readConcept,
        said.medicine,
        writeConcept,
      ),
      subject: before['subject'] ?? { reference: `Patient/${patientId}` },
      ...writeSince(before, said.since),
      dateAsserted: at,
      informationSource:
        kept(before['informationSource'], readInformant, said.informant, (informant) => ({
          ...(informant === 'patient' && { reference: `Patient/${patientId}` }),
          display: informantWords[informant],
        })) ??
        (readInformant(before['informationSource']) === null ? before['informationSource'] : undefined),
      reasonCode: kept(before['reasonCode'], readIndication, said.indication, (text) => [{ text }]),
      dosage: kept(before['dosage'], readDosing, said.dosing, (how) => [
        'asWritten' in how ? { text: how.asWritten } : toDosage(how, decimal),
      ]),
      note: writeNote(before, said.note, { at, who }),
    }),
  standing: (statement) => {
    const status = textAt(statement, 'status') ?? 'unknown';
    if (status === 'entered-in-error') return 'error';
    return current.has(status) ? 'holds' : 'ended';
  },
  line: ({ medicine, dosing: how, since }) => ({
    title: medicine.text,
    detail: [dosingWords(how), since && `since ${dateWords(since)}`].filter(Boolean).join(', '),
  }),
  about: ({ medicine }) => sameMedicine(medicine),
  past: ({ since }) => [since],
  ending: {
    outcomes,
    reasonNeeded: true,
    write: (statement, { outcome, reason, on }, { at }) =>
      overlay(statement, {
        status: oneOf(outcomes, outcome) ?? 'stopped',
        statusReason: reason === undefined ? undefined : [{ text: reason }],
        dateAsserted: at,
        ...(valueAt(statement, 'effectiveDateTime') === undefined && on !== undefined
          ? { effectivePeriod: { ...(valueAt(statement, 'effectivePeriod') as object | undefined), end: on } }
          : {}),
      }),
  },
  mistake: (statement) => overlay(statement, { status: 'entered-in-error' }),
  none: {
    is: (statement) => hasCode(valueAt(statement, 'medicationCodeableConcept'), nothingKnown.medicines),
    over: (statement) => overlay(statement, { status: 'stopped' }),
    write: ({ patientId, at }) => ({
      resourceType: 'MedicationStatement',
      status: 'active',
      medicationCodeableConcept: {
        coding: [
          { system: listSystems.absent, code: 'no-known-medications', display: 'No known medications' },
        ],
        text: 'Takes no medicines',
      },
      subject: { reference: `Patient/${patientId}` },
      dateAsserted: at,
    }),
  },
});
