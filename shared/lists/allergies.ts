import { z } from 'zod';
import { nothingKnown } from '../patients/codes.ts';
import { hasCode, listAt, textAt, valueAt } from '../patients/fhirValue.ts';
import { codedKind } from './kind.ts';
import {
  codedAs,
  concept,
  hl7Code,
  kept,
  listSystems,
  note,
  oneOf,
  overlay,
  partialDate,
  present,
  readConcept,
  readDate,
  readNote,
  withExtensions,
  writeConcept,
  writeNote,
  type Concept,
} from './parts.ts';
import { sameMedicine } from './sameThing.ts';

const types = ['allergy', 'intolerance'] as const;
const categories = ['medication', 'food', 'environment', 'biologic'] as const;
const criticalities = ['low', 'high', 'unable-to-assess'] as const;
const severities = ['mild', 'moderate', 'severe'] as const;
const certainties = ['confirmed', 'unconfirmed'] as const;
const outcomes = ['resolved', 'inactive', 'refuted'] as const;

const entry = z.strictObject({
  substance: concept,
  type: z.enum(types).optional(),
  category: z.enum(categories).optional(),
  criticality: z.enum(criticalities).optional(),
  certainty: z.enum(certainties),
  reactions: z
    .array(z.strictObject({ manifestation: concept, severity: z.enum(severities).optional() }))
    .max(20),
  onset: partialDate.optional(),
  note: note.optional(),
});
type Entry = z.infer<typeof entry>;

/** A source may name several manifestations in one reaction; here each has its own row. */
const readReactions = (value: unknown): Entry['reactions'] =>
  (Array.isArray(value) ? value : []).flatMap((reaction: unknown) => {
    const severity = oneOf(severities, textAt(reaction, 'severity'));
    return listAt(reaction, 'manifestation')
      .map(readConcept)
      .filter((manifestation): manifestation is Concept => manifestation !== null)
      .map((manifestation) => ({ manifestation, ...present({ severity }) }));
  });

const writeReactions = (reactions: Entry['reactions']): unknown =>
  reactions.length === 0
    ? undefined
    : reactions.map(({ manifestation, severity }) => ({
        manifestation: [writeConcept(manifestation)],
        ...(severity && { severity }),
      }));

export const allergies = codedKind<Entry>({
  resourceType: 'AllergyIntolerance',
  listCode: '48765-2',
  entry,
  names: { element: 'code', field: 'substance' },
  fields: (allergy) => ({
    certainty: codedAs(certainties, valueAt(allergy, 'verificationStatus')) ?? 'confirmed',
    reactions: readReactions(valueAt(allergy, 'reaction')),
    ...present({
      type: oneOf(types, textAt(allergy, 'type')),
      category: oneOf(categories, listAt(allergy, 'category')[0]),
      criticality: oneOf(criticalities, textAt(allergy, 'criticality')),
      onset: readDate(valueAt(allergy, 'onsetDateTime')),
      note: readNote(allergy),
    }),
  }),
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      clinicalStatus:
        codedAs(['active'], before['clinicalStatus']) === null
          ? hl7Code('allergyintolerance-clinical', 'active')
          : before['clinicalStatus'],
      verificationStatus: kept(
        before['verificationStatus'],
        (value) => codedAs(certainties, value),
        said.certainty,
        (certainty) => hl7Code('allergyintolerance-verification', certainty),
      ),
      type: said.type,
      category: kept(
        before['category'],
        (value) => (Array.isArray(value) ? oneOf(categories, value[0]) : null),
        said.category,
        (category) => [category],
      ),
      criticality: said.criticality,
      code: kept(before['code'], readConcept, said.substance, writeConcept),
      patient: before['patient'] ?? { reference: `Patient/${patientId}` },
      ...(said.onset === undefined && readDate(before['onsetDateTime']) === null
        ? {}
        : { onsetDateTime: kept(before['onsetDateTime'], readDate, said.onset, (onset) => onset) }),
      recordedDate: before['recordedDate'] ?? at,
      recorder: before['recorder'] ?? who,
      reaction: kept(before['reaction'], readReactions, said.reactions, writeReactions),
      note: writeNote(before, said.note, { at, who }),
      extension: withExtensions(before, { 'ending-reason': undefined }),
    }),
  standing: (allergy) => {
    if (hasCode(valueAt(allergy, 'verificationStatus'), new Set(['entered-in-error']))) return 'error';
    if (hasCode(valueAt(allergy, 'verificationStatus'), new Set(['refuted']))) return 'ended';
    return hasCode(valueAt(allergy, 'clinicalStatus'), new Set(['inactive', 'resolved'])) ? 'ended' : 'holds';
  },
  line: ({ substance, reactions, criticality, certainty, type }) => {
    const said = reactions.map(({ manifestation, severity }) =>
      severity === undefined ? manifestation.text : `${manifestation.text} (${severity})`,
    );
    const parts = [
      said.join(', ') || 'reaction not recorded',
      type === 'intolerance' ? 'intolerance' : null,
      criticality === 'high' ? 'high risk' : null,
      certainty === 'unconfirmed' ? 'unconfirmed' : null,
    ];
    return { title: substance.text, detail: parts.filter((part) => part !== null).join(', ') };
  },
  // The worst first; of which nothing is known ranks above what is known to be mild.
  weight: ({ criticality, reactions }) => {
    const has = (severity: string): boolean => reactions.some((reaction) => reaction.severity === severity);
    if (criticality === 'high') return 4;
    if (has('severe')) return 3;
    if (has('moderate')) return 2;
    return has('mild') || criticality === 'low' ? 0 : 1;
  },
  about: ({ substance }) => sameMedicine(substance),
  past: ({ onset }) => [onset],
  ending: {
    outcomes,
    reasonNeeded: true,
    write: (allergy, { outcome, reason }) =>
      overlay(allergy, {
        clinicalStatus: hl7Code('allergyintolerance-clinical', outcome === 'refuted' ? 'inactive' : outcome),
        ...(outcome === 'refuted'
          ? { verificationStatus: hl7Code('allergyintolerance-verification', 'refuted') }
          : {}),
        extension: withExtensions(allergy, { 'ending-reason': reason }),
      }),
  },
  // An allergy entered in error has no clinical status (FHIR invariant ait-2).
  mistake: (allergy) =>
    overlay(allergy, {
      clinicalStatus: undefined,
      verificationStatus: hl7Code('allergyintolerance-verification', 'entered-in-error'),
    }),
  none: {
    is: (allergy) => hasCode(valueAt(allergy, 'code'), nothingKnown.allergies),
    over: (allergy) =>
      overlay(allergy, { clinicalStatus: hl7Code('allergyintolerance-clinical', 'inactive') }),
    write: ({ patientId, at, who }) => ({
      resourceType: 'AllergyIntolerance',
      clinicalStatus: hl7Code('allergyintolerance-clinical', 'active'),
      verificationStatus: hl7Code('allergyintolerance-verification', 'confirmed'),
      code: {
        coding: [
          { system: listSystems.absent, code: 'no-known-allergies', display: 'No known allergies' },
          { system: listSystems.snomed, code: '716186003', display: 'No known allergy' },
        ],
        text: 'No known allergies',
      },
      patient: { reference: `Patient/${patientId}` },
      recordedDate: at,
      recorder: who,
    }),
  },
});
