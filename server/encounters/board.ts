import { and, desc, eq, gte, inArray, isNull, max } from 'drizzle-orm';
import type { BoardCard, WardBoard } from '../../shared/encounters/schema.ts';
import { news2Offer } from '../../shared/flowsheet/news2Due.ts';
import { vitalOf } from '../../shared/flowsheet/vitalCodes.ts';
import { news2Latest } from '../../shared/flowsheet/vitalSets.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { interpretFlags } from '../../shared/patients/flags.ts';
import { interpretObservation, isUsable } from '../../shared/patients/observations.ts';
import type { ObservationValue } from '../../shared/patients/schema.ts';
import { isPregnant } from '../../shared/patients/pregnancy.ts';
import { areSimilarNames } from '../../shared/patients/similarName.ts';
import type { Reader } from '../db/reader.ts';
import { pregnanciesOf, toSummary } from '../patients/queries.ts';
import { sound, words } from '../records/damage.ts';
import { isCurrentVersion } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';
import type { Ward } from '../sites/wards.ts';
import { readBedStates } from './beds.ts';
import { incomingTo, plannedPlaces, presentOnWard, versionsOf, type EncounterRow } from './queries.ts';
import { ordersToReview } from './reviewQueries.ts';
import { careTeam } from './tables.ts';

const hourMs = 3_600_000;
const newResultMs = 24 * hourMs;
/** Two sets are needed for a trend, and on a ward they are never further apart than this. */
const vitalsMs = 48 * hourMs;

/** How many lines stand unsigned in the order baskets of these encounters. */
export type CountDrafts = (encounterIds: string[]) => Promise<ReadonlyMap<string, number>>;

export interface BoardRequest {
  ward: Ward;
  userId: string;
  /** Without it, a card says who lies where and nothing clinical. */
  readsChart: boolean;
  now: Date;
  countDrafts: CountDrafts;
}

export async function readBoard(reader: Reader, request: BoardRequest): Promise<WardBoard> {
  const { ward, now } = request;
  const rows = await presentOnWard(reader, ward);
  const ids = rows.map(({ encounter }) => encounter.id);
  const [clinical, versions, planned, bedStates, incoming] = await Promise.all([
    request.readsChart ? readClinical(reader, rows, request) : null,
    versionsOf(reader, ids),
    plannedPlaces(
      reader,
      rows.map(({ encounter }) => encounter),
    ),
    readBedStates(reader, ward.id),
    incomingTo(reader, ward),
  ]);
  const cards = rows.map((row): BoardCard => {
    const { id, plannedEndAt } = row.encounter;
    return {
      ...toCard(row, rows, clinical?.get(id) ?? nothingClinical),
      version: versions.get(id) ?? 0,
      plannedTo: planned.get(id) ?? null,
      plannedEndAt,
    };
  });
  const beds = ward.bays.flatMap((bay) => bay.beds);
  const placeOf = ({ bed }: BoardCard): number => (bed === null ? -1 : beds.indexOf(bed));
  return {
    ward: {
      id: ward.id,
      name: ward.name,
      specialty: ward.specialty,
      siteId: ward.siteId,
      siteName: ward.siteName,
    },
    bays: ward.bays,
    bedStates,
    incoming,
    cards: cards.filter((card) => placeOf(card) >= 0).sort((a, b) => placeOf(a) - placeOf(b)),
    unassigned: cards.filter((card) => placeOf(card) < 0),
    asOf: now.toISOString(),
  };
}

type Moves = 'version' | 'plannedTo' | 'plannedEndAt';
type Clinical = Omit<BoardCard, 'encounterId' | 'bed' | 'patient' | 'similarName' | 'sameBirthDate' | Moves>;

const nothingClinical: Clinical = {
  news2: null,
  news2NotFor: null,
  newResults: 0,
  draftOrders: 0,
  ordersToReview: 0,
  codeStatus: null,
  isolation: null,
  mine: false,
  reason: null,
  changedAt: null,
};

const toCard = (
  { encounter, patient }: EncounterRow,
  all: EncounterRow[],
  clinical: Clinical,
): Omit<BoardCard, Moves> => ({
  encounterId: encounter.id,
  bed: encounter.bed,
  patient: toSummary(patient),
  similarName: bedOfOther(patient, all, (other) => areSimilarNames(other.family, patient.family)),
  sameBirthDate: bedOfOther(
    patient,
    all,
    ({ birthDate }) => birthDate !== null && birthDate.length === 10 && birthDate === patient.birthDate,
  ),
  ...clinical,
});

/** The bed of somebody else here who could be taken for this patient. */
function bedOfOther(
  patient: EncounterRow['patient'],
  all: EncounterRow[],
  isAlike: (other: EncounterRow['patient']) => boolean,
): string | null {
  const other = all.find((each) => each.patient.id !== patient.id && isAlike(each.patient));
  return other ? (other.encounter.bed ?? 'no bed') : null;
}

async function readClinical(
  reader: Reader,
  rows: EncounterRow[],
  { userId, now, countDrafts }: BoardRequest,
): Promise<Map<string, Clinical>> {
  const patientIds = [...new Set(rows.map(({ patient }) => patient.id))];
  const encounterIds = rows.map(({ encounter }) => encounter.id);
  const [observations, flags, drafts, mine, changed, review, pregnancies] = await Promise.all([
    recentObservations(reader, patientIds, now),
    flagsOf(reader, patientIds),
    countDrafts(encounterIds),
    membershipsOf(reader, userId, encounterIds),
    lastChanges(reader, patientIds, encounterIds),
    ordersToReview(reader, encounterIds),
    pregnanciesOf(reader, patientIds),
  ]);
  const clinical = new Map<string, Clinical>();
  for (const { encounter, patient } of rows) {
    const own = observations.get(patient.id) ?? [];
    const { codeStatus, flags: others } = interpretFlags(flags.get(patient.id) ?? []);
    clinical.set(encounter.id, {
      ...(await news2Of(reader, patient, isPregnant(pregnancies.get(patient.id) ?? null, now), own, now)),
      newResults: own.filter(isNewResult(now)).length,
      draftOrders: drafts.get(encounter.id) ?? 0,
      ordersToReview: review.get(encounter.id)?.count ?? 0,
      codeStatus: codeStatus?.text ?? null,
      isolation: others.find(({ kind }) => kind === 'isolation')?.text ?? null,
      mine: mine.has(encounter.id),
      reason: encounter.reason,
      changedAt: changed.get(encounter.id) ?? null,
    });
  }
  return clinical;
}

const isNewResult =
  (now: Date) =>
  ({ category, at }: ObservationValue): boolean =>
    category === 'laboratory' && at !== null && now.getTime() - Date.parse(at) <= newResultMs;

const isVital = ({ code }: ObservationValue): boolean => vitalOf(code) !== undefined;

/** The score of the newest set, however old it is: the card then shows that it is overdue. */
async function news2Of(
  reader: Reader,
  patient: EncounterRow['patient'],
  pregnant: boolean,
  recent: ObservationValue[],
  now: Date,
): Promise<Pick<Clinical, 'news2' | 'news2NotFor'>> {
  const offer = news2Offer({ birthDate: patient.birthDate, pregnant }, now.toISOString().slice(0, 10));
  if (!offer.offered) return { news2: null, news2NotFor: offer.reason };
  const vitals = recent.some(isVital) ? recent : await lastObservations(reader, patient.id);
  return { news2: news2Latest(vitals.filter(isVital)), news2NotFor: null };
}

const ofPatients = (patientIds: string[], type: string) =>
  and(inArray(resources.patientId, patientIds), eq(resources.type, type));

type Stored = Parameters<typeof sound>[0][number] & { patientId: string | null };

function byPatient<T>(rows: Stored[], read: (resource: Resource) => T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const { patientId, json } of sound(rows)) {
    if (patientId === null) continue;
    const own = found.get(patientId) ?? [];
    own.push(...read(JSON.parse(json) as Resource));
    found.set(patientId, own);
  }
  return found;
}

const readObservation = (resource: Resource): ObservationValue[] =>
  isUsable(resource) ? [interpretObservation(resource)] : [];

const stored = { ...words, patientId: resources.patientId };

async function recentObservations(reader: Reader, patientIds: string[], now: Date) {
  const since = new Date(now.getTime() - vitalsMs).toISOString();
  const rows = await reader
    .select(stored)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(and(ofPatients(patientIds, 'Observation'), gte(resources.occurredAt, since)));
  return byPatient(rows, readObservation);
}

/** The newest observations of somebody of whom nothing recent is on record: a set and the one before. */
async function lastObservations(reader: Reader, patientId: string): Promise<ObservationValue[]> {
  const rows = await reader
    .select(stored)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(ofPatients([patientId], 'Observation'))
    .orderBy(desc(resources.occurredAt))
    .limit(100);
  return byPatient(rows, readObservation).get(patientId) ?? [];
}

async function flagsOf(reader: Reader, patientIds: string[]): Promise<Map<string, Resource[]>> {
  const rows = await reader
    .select(stored)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(ofPatients(patientIds, 'Flag'));
  return byPatient(rows, (resource) => [resource]);
}

async function membershipsOf(reader: Reader, userId: string, encounterIds: string[]): Promise<Set<string>> {
  const rows = await reader
    .select({ encounterId: careTeam.encounterId })
    .from(careTeam)
    .where(
      and(eq(careTeam.userId, userId), inArray(careTeam.encounterId, encounterIds), isNull(careTeam.until)),
    );
  return new Set(rows.map(({ encounterId }) => encounterId));
}

/** When something was last put on record in an encounter. */
async function lastChanges(
  reader: Reader,
  patientIds: string[],
  encounterIds: string[],
): Promise<Map<string, string>> {
  const rows = await reader
    .select({ encounterId: resources.encounterId, at: max(resources.lastUpdated) })
    .from(resources)
    .where(and(inArray(resources.patientId, patientIds), inArray(resources.encounterId, encounterIds)))
    .groupBy(resources.encounterId);
  return new Map(
    rows.flatMap(({ encounterId, at }) => (encounterId !== null && at !== null ? [[encounterId, at]] : [])),
  );
}
