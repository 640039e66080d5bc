import { z } from 'zod';
import { nothingKnown } from '../patients/codes.ts';
import { conceptText, hasCode, valueAt, type Resource } from '../patients/fhirValue.ts';
import { codedKind } from './kind.ts';
import {
  codedAs,
  concept,
  dateWords,
  hl7Code,
  kept,
  listSystems,
  note,
  overlay,
  partialDate,
  present,
  readConcept,
  readDate,
  readNote,
  withExtensions,
  writeConcept,
  writeNote,
} from './parts.ts';
import { sameThing } from './sameThing.ts';

const courses = ['active', 'recurrence', 'relapse'] as const;
const certainties = ['confirmed', 'provisional', 'differential', 'unconfirmed'] as const;
const categories = ['problem-list-item', 'encounter-diagnosis'] as const;

/** Severities of a condition, SNOMED CT (FHIR value set condition-severity). */
const severityCodes = { severe: '24484000', moderate: '6736007', mild: '255604002' } as const;
const severities = ['mild', 'moderate', 'severe'] as const;

const entry = z.strictObject({
  problem: concept,
  category: z.enum(categories),
  course: z.enum(courses),
  certainty: z.enum(certainties),
  severity: z.enum(severities).optional(),
  onset: partialDate.optional(),
  note: note.optional(),
});
type Entry = z.infer<typeof entry>;

const outcomes = ['resolved', 'remission', 'inactive', 'refuted'] as const;

const hasAbated = (condition: Resource): boolean =>
  Object.keys(condition).some((element) => element.startsWith('abatement'));

const readSeverity = (value: unknown): NonNullable<Entry['severity']> | null =>
  severities.find((word) => hasCode(value, new Set([severityCodes[word]]))) ??
  severities.find((word) => conceptText(value)?.toLowerCase() === word) ??
  null;

export const problems = codedKind<Entry>({
  resourceType: 'Condition',
  listCode: '11450-4',
  entry,
  names: { element: 'code', field: 'problem' },
  fields: (condition) => {
    const category = valueAt(condition, 'category');
    return {
      category:
        (Array.isArray(category) ? category.map((each) => codedAs(categories, each)) : []).find(
          (each) => each !== null,
        ) ?? 'problem-list-item',
      course: codedAs(courses, valueAt(condition, 'clinicalStatus')) ?? 'active',
      certainty: codedAs(certainties, valueAt(condition, 'verificationStatus')) ?? 'confirmed',
      ...present({
        severity: readSeverity(valueAt(condition, 'severity')),
        onset: readDate(valueAt(condition, 'onsetDateTime')),
        note: readNote(condition),
      }),
    };
  },
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      clinicalStatus: kept(
        before['clinicalStatus'],
        (value) => codedAs(courses, value),
        said.course,
        (course) => hl7Code('condition-clinical', course),
      ),
      verificationStatus: kept(
        before['verificationStatus'],
        (value) => codedAs(certainties, value),
        said.certainty,
        (certainty) => hl7Code('condition-ver-status', certainty),
      ),
      category: kept(
        before['category'],
        (value) => (Array.isArray(value) ? codedAs(categories, value[0]) : null),
        said.category,
        (category) => [hl7Code('condition-category', category)],
      ),
      severity: kept(before['severity'], readSeverity, said.severity, (severity) => ({
        coding: [{ system: listSystems.snomed, code: severityCodes[severity], display: severity }],
        text: severity,
      })),
      code: kept(before['code'], readConcept, said.problem, writeConcept),
      subject: before['subject'] ?? { reference: `Patient/${patientId}` },
      // What an import says in another form of onset stays, unless a date takes its place.
      ...(said.onset === undefined && readDate(before['onsetDateTime']) === null
        ? {}
        : { onsetDateTime: kept(before['onsetDateTime'], readDate, said.onset, (onset) => onset) }),
      recordedDate: before['recordedDate'] ?? at,
      recorder: before['recorder'] ?? who,
      note: writeNote(before, said.note, { at, who }),
      abatementDateTime: undefined,
      extension: withExtensions(before, { 'ending-reason': undefined }),
    }),
  standing: (condition) => {
    if (hasCode(valueAt(condition, 'verificationStatus'), new Set(['entered-in-error']))) return 'error';
    if (hasCode(valueAt(condition, 'verificationStatus'), new Set(['refuted']))) return 'ended';
    const status = valueAt(condition, 'clinicalStatus');
    // Older sources give no clinical status: there, an end says that it is over.
    if (status === undefined) return hasAbated(condition) ? 'ended' : 'holds';
    return codedAs(courses, status) === null ? 'ended' : 'holds';
  },
  line: ({ problem, severity, certainty, course, onset }) => ({
    title: problem.text,
    detail:
      [
        severity,
        certainty === 'confirmed' ? null : certainty,
        course === 'active' ? null : course,
        onset && `since ${dateWords(onset)}`,
      ]
        .filter(Boolean)
        .join(', ') || null,
  }),
  about: ({ problem }) => sameThing(problem),
  past: ({ onset }) => [onset],
  ending: {
    outcomes,
    reasonNeeded: false,
    write: (condition, { outcome, reason, on }, { at }) =>
      overlay(condition, {
        clinicalStatus: hl7Code('condition-clinical', outcome === 'refuted' ? 'inactive' : outcome),
        ...(outcome === 'refuted' ? { verificationStatus: hl7Code('condition-ver-status', 'refuted') } : {}),
        ...(hasAbated(condition) || outcome === 'refuted' ? {} : { abatementDateTime: on ?? at }),
        extension: withExtensions(condition, { 'ending-reason': reason }),
      }),
  },
  // A condition entered in error has no clinical status (FHIR invariant con-5).
  mistake: (condition) =>
    overlay(condition, {
      clinicalStatus: undefined,
      verificationStatus: hl7Code('condition-ver-status', 'entered-in-error'),
    }),
  none: {
    is: (condition) => hasCode(valueAt(condition, 'code'), nothingKnown.problems),
    over: (condition) => overlay(condition, { clinicalStatus: hl7Code('condition-clinical', 'inactive') }),
    write: ({ patientId, at, who }) => ({
      resourceType: 'Condition',
      clinicalStatus: hl7Code('condition-clinical', 'active'),
      verificationStatus: hl7Code('condition-ver-status', 'confirmed'),
      category: [hl7Code('condition-category', 'problem-list-item')],
      code: {
        coding: [
          { system: listSystems.absent, code: 'no-known-problems', display: 'No known problems' },
          { system: listSystems.snomed, code: '160245001', display: 'No current problems or disability' },
        ],
        text: 'No known problems',
      },
      subject: { reference: `Patient/${patientId}` },
      recordedDate: at,
      recorder: who,
    }),
  },
});
