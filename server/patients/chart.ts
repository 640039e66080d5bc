import { and, desc, eq } from 'drizzle-orm';
import { interpretWeight, measureCodes } from '../../shared/lists/measures.ts';
import type { ResultCategory } from '../../shared/patients/chartViews.ts';
import { interpretAllergies } from '../../shared/patients/allergies.ts';
import { interpretDocuments, interpretImmunizations } from '../../shared/patients/documents.ts';
import { severalSources } from '../../shared/patients/duplicates.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { interpretFlags } from '../../shared/patients/flags.ts';
import { interpretMedicines, referencedMedications } from '../../shared/patients/medicines.ts';
import {
  interpretObservation,
  isUsable,
  saysSomething,
  toSeries,
  writtenUnitOf,
} from '../../shared/patients/observations.ts';
import { interpretProblems } from '../../shared/patients/problems.ts';
import type { Banner, ChartSummary, PatientSummary } from '../../shared/patients/schema.ts';
import type { Reader } from '../db/reader.ts';
import { sound, words } from '../records/damage.ts';
import { isCurrentVersion, readMany, readOfPatient } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';
import { inOneUnit } from './oneUnit.ts';
import { readOnRecord } from './onRecord.ts';
import { countsOf, encountersOf, lookAlikesOnWard, locationOf, pregnanciesOf } from './queries.ts';

const bannerTypes = ['AllergyIntolerance', 'Flag'];
const chartTypes = [
  ...bannerTypes,
  'Condition',
  'MedicationRequest',
  'MedicationStatement',
  'Immunization',
  'Observation',
  'DocumentReference',
  'DiagnosticReport',
];

/** The latest value and up to eight before it: what a sparkline shows. */
const resultsKept = 9;
const vitalsKept = 60;
/** The rest is listed in pages; see documents.ts. */
const documentsKept = 8;

/** The banner of every view of this patient's chart. */
export const readBanner = async (reader: Reader, patient: PatientSummary): Promise<Banner> =>
  toBanner(reader, patient, await readOfPatient(reader, patient.id, bannerTypes));

async function toBanner(reader: Reader, patient: PatientSummary, entries: Resource[]): Promise<Banner> {
  const location = await locationOf(reader, patient);
  return {
    patient,
    location: location && { ward: location.ward, bed: location.bed },
    allergies: interpretAllergies(entries.filter(isOf('AllergyIntolerance'))),
    ...interpretFlags(entries.filter(isOf('Flag'))),
    weight: await latestWeight(reader, patient.id),
    pregnancy: (await pregnanciesOf(reader, [patient.id])).get(patient.id) ?? null,
    lookAlikes: location === null ? [] : await lookAlikesOnWard(reader, patient, location.wardId),
  };
}

/** Some may have been taken back. */
const weightsLookedAt = 10;

/** The newest weight that is neither taken back nor in a unit that nobody weighs in. */
async function latestWeight(reader: Reader, patientId: string): Promise<Banner['weight']> {
  const weights = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        eq(resources.patientId, patientId),
        eq(resources.type, 'Observation'),
        eq(resources.code, measureCodes.weight),
      ),
    )
    .orderBy(desc(resources.occurredAt))
    .limit(weightsLookedAt);
  const read = sound(weights).map(({ json }) => interpretWeight(JSON.parse(json) as Resource));
  return read.find((weight) => weight !== null) ?? null;
}

const isOf =
  (...types: string[]) =>
  ({ resourceType }: Resource): boolean =>
    types.includes(resourceType);

export async function readChart(reader: Reader, patient: PatientSummary): Promise<ChartSummary> {
  const records = await readOnRecord(reader, patient.id, chartTypes);
  const resources = records.map(({ resource }) => resource);
  const several = severalSources(records);
  const sourcesOf = ({ resourceType, id }: Resource) => several.get(`${resourceType}/${id}`);
  // What several sources report alike is one value here; all of them are named.
  const isShown = (resource: Resource): boolean => sourcesOf(resource)?.isKept !== false;
  const prescriptions = resources.filter(isOf('MedicationRequest', 'MedicationStatement'));
  const medications = await readMany(reader, 'Medication', referencedMedications(prescriptions));
  const observations = resources
    .filter(isOf('Observation'))
    .filter(isUsable)
    .filter(isShown)
    .map((resource) => {
      const sources = sourcesOf(resource)?.sources;
      return sources ? { ...interpretObservation(resource), sources } : interpretObservation(resource);
    })
    .filter(saysSomething);
  const written = new Map(
    resources.filter(isOf('Observation')).map((each) => [each.id, writtenUnitOf(each)]),
  );
  const seriesOf = (of: ResultCategory, kept: number) =>
    inOneUnit(
      toSeries(
        observations.filter(({ category }) => category === of),
        kept,
      ),
      written,
    );
  return {
    banner: await toBanner(reader, patient, resources),
    problems: interpretProblems(resources.filter(isOf('Condition'))),
    medicines: interpretMedicines(prescriptions, new Map(medications.map((each) => [each.id, each]))),
    immunizations: interpretImmunizations(resources.filter(isOf('Immunization'))),
    vitals: await seriesOf('vital-signs', vitalsKept),
    results: await seriesOf('laboratory', resultsKept),
    encounters: await encountersOf(reader, patient, true),
    documents: interpretDocuments(
      resources.filter(isOf('DocumentReference', 'DiagnosticReport')).filter(isShown),
    ).slice(0, documentsKept),
    counts: await countsOf(reader, patient.id),
  };
}
