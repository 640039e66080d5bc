import { and, asc, eq } from 'drizzle-orm';
import type { NoteContent } from '../../shared/documents/note.ts';
import { interpretAllergies } from '../../shared/patients/allergies.ts';
import { systems } from '../../shared/patients/codes.ts';
import { documentTitle, interpretImmunizations } from '../../shared/patients/documents.ts';
import { writtenText } from '../../shared/patients/documentText.ts';
import { listAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { interpretMedicines, referencedMedications } from '../../shared/patients/medicines.ts';
import {
  interpretObservation,
  isUsable,
  saysSomething,
  toSeries,
} from '../../shared/patients/observations.ts';
import { interpretProblems } from '../../shared/patients/problems.ts';
import type { Banner, ChartSummary, PatientSummary, Series } from '../../shared/patients/schema.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { notes } from '../notes/tables.ts';
import { readBanner } from '../patients/chart.ts';
import { encountersOf } from '../patients/queries.ts';
import { readMany, readOfPatient } from '../records/recordStore.ts';
import { encounters } from '../records/tables.ts';
import { signatures } from '../signing/tables.ts';

export interface SignedNote {
  title: string;
  content: NoteContent;
  signatures: { name: string; role: string; at: string; awaits: boolean; contentHash: string }[];
}

/** A document of another source, or one that was uploaded: what it says, where it says it in words. */
export interface PrintedDocument {
  title: string;
  at: string | null;
  text: string;
  /** Content types that paper does not show. */
  unshown: string[];
}

/** All that a printed chart holds. */
export interface PrintedChart {
  banner: Banner;
  problems: ChartSummary['problems'];
  medicines: ChartSummary['medicines'];
  immunizations: ChartSummary['immunizations'];
  vitals: Series[];
  results: Series[];
  others: Series[];
  encounters: ChartSummary['encounters'];
  notes: SignedNote[];
  documents: PrintedDocument[];
}

const types = [
  'Condition',
  'AllergyIntolerance',
  'MedicationRequest',
  'MedicationStatement',
  'Immunization',
  'Observation',
  'DocumentReference',
  'DiagnosticReport',
];

export async function readPrintedChart(reader: Reader, patient: PatientSummary): Promise<PrintedChart> {
  const resources = await readOfPatient(reader, patient.id, types);
  const of = (...wanted: string[]): Resource[] =>
    resources.filter(({ resourceType }) => wanted.includes(resourceType));
  const prescriptions = of('MedicationRequest', 'MedicationStatement');
  const medications = await readMany(reader, 'Medication', referencedMedications(prescriptions));
  const observations = of('Observation').filter(isUsable).map(interpretObservation).filter(saysSomething);
  const seriesOf = (category: string): Series[] =>
    toSeries(
      observations.filter((each) => each.category === category),
      Number.POSITIVE_INFINITY,
    );
  const banner = await readBanner(reader, patient);
  return {
    banner: { ...banner, allergies: interpretAllergies(of('AllergyIntolerance')) },
    problems: interpretProblems(of('Condition')),
    medicines: interpretMedicines(prescriptions, new Map(medications.map((each) => [each.id, each]))),
    immunizations: interpretImmunizations(of('Immunization')),
    vitals: seriesOf('vital-signs'),
    results: seriesOf('laboratory'),
    others: seriesOf('other'),
    encounters: await encountersOf(reader, patient, true),
    notes: await signedNotes(reader, patient),
    documents: of('DocumentReference', 'DiagnosticReport').filter(isElsewheres).map(toPrinted),
  };
}

/** A note signed here is printed as it was signed, not as the document that it became. */
const isElsewheres = (resource: Resource): boolean =>
  textAt(resource, 'status') !== 'entered-in-error' &&
  !listAt(resource, 'identifier').some((each) => textAt(each, 'system') === systems.note);

const toPrinted = (resource: Resource): PrintedDocument => ({
  title: documentTitle(resource),
  at:
    textAt(resource, 'date') ??
    textAt(resource, 'effectiveDateTime') ??
    textAt(valueAt(resource, 'effectivePeriod'), 'start') ??
    textAt(resource, 'issued'),
  ...writtenText(resource),
});

/** Newest first, each with all its signatures in their order. */
async function signedNotes(reader: Reader, patient: PatientSummary): Promise<SignedNote[]> {
  const rows = await reader
    .select({
      document: signatures.document,
      body: signatures.body,
      title: notes.title,
      name: users.name,
      role: signatures.role,
      at: signatures.at,
      awaits: signatures.awaits,
      contentHash: signatures.contentHash,
      noteId: notes.id,
    })
    .from(signatures)
    .innerJoin(encounters, eq(encounters.id, signatures.encounterId))
    .innerJoin(users, eq(users.id, signatures.signerId))
    .innerJoin(notes, eq(notes.encounterId, signatures.encounterId))
    .where(
      and(
        eq(encounters.patientId, patient.id),
        eq(encounters.siteId, patient.siteId),
        eq(signatures.kind, 'note'),
      ),
    )
    .orderBy(asc(signatures.at), asc(signatures.id));
  const byDocument = new Map<string, SignedNote>();
  for (const { document, body, title, noteId, awaits, ...signature } of rows) {
    if (!document.endsWith(`/${noteId}`)) continue;
    const note = byDocument.get(document) ?? {
      title,
      content: JSON.parse(body) as NoteContent,
      signatures: [],
    };
    note.signatures.push({ ...signature, awaits: awaits !== null });
    byDocument.set(document, note);
  }
  return [...byDocument.values()].toReversed();
}
