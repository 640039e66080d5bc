import type {
  Demographics,
  DemographicsEdit,
  DemographicsVersion,
  MergedRecord,
} from '../../shared/patients/demographics.ts';
import { readDemographics, writeDemographics } from '../../shared/patients/demographicsFhir.ts';
import { listAt, textAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import { usersNamed } from '../auth/names.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { parseJson } from '../records/json.ts';
import { readHistory } from '../records/recordStore.ts';
import { findMatches } from './matches.ts';
import { mergedInto } from './mergedInto.ts';
import { placesOf } from './places.ts';
import { readPatient } from './record.ts';
import { notSeen, why } from './register.ts';

/** What a form of this patient begins with. */
export interface DemographicsNow {
  id: string;
  version: number;
  demographics: Demographics;
  unidentified: boolean;
  merged: MergedRecord[];
}

export async function readDemographicsOf(
  reader: Reader,
  id: string,
  siteId: string,
): Promise<DemographicsNow | null> {
  const patient = await readPatient(reader, id, siteId);
  if (!patient) return null;
  return {
    id,
    version: patient.stored.versionId,
    demographics: readDemographics(patient.resource),
    unidentified: isUnidentified(patient.resource),
    merged: await mergedInto(reader, patient.resource),
  };
}

const isUnidentified = (patient: Resource): boolean =>
  listAt(patient, 'name').every((name) => textAt(name, 'use') === 'temp');

/**
 * Writes what is now known of somebody over what was known. For somebody unidentified this is who they are: the name
 * that the site gave ends, and finds them all the same.
 */
export async function editDemographics(
  deps: Deps,
  who: SignedIn,
  id: string,
  edit: DemographicsEdit,
  remember: Remember,
): Promise<Result<{ version: number }, Refusal>> {
  const { reader } = deps;
  const { user } = who;
  const before = await readPatient(reader, id, user.siteId);
  if (!before) return no(refuse('not-found'));
  if (replacedBy(before.resource)) return no(refuse('conflict', 'This record was merged into another one.'));
  if (before.stored.versionId !== edit.version)
    return no({ ...refuse('conflict'), more: { version: before.stored.versionId } });
  const at = deps.now();
  const identified = isUnidentified(before.resource);
  const written = writeDemographics(before.resource, edit.demographics);
  const resource = identified ? endGivenNames(written, at) : written;
  if (identified) {
    const unseen = notSeen(await findMatches(reader, user.siteId, resource), edit.distinctFrom);
    if (unseen) return no(unseen);
  }
  const activity = identified ? 'patient-identified' : 'demographics-changed';
  const recording = { ...recordedBy(user, at), activity, ...why(edit.distinctFrom) };
  const places = await placesOf(reader, [id]);
  const answer = { version: edit.version + 1 };
  const acted = await recordAct(deps, recording, [resource], {
    expect: new Map([[`Patient/${id}`, edit.version]]),
    statements: () => [
      outboxRow(reader, at, 'patient:changed', { patientIds: [id], ...places }),
      ...remember(200, answer),
    ],
    audit: () => [
      {
        action: identified ? 'patient:identified' : 'demographics:changed',
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: id,
        entity: `Patient/${id}`,
      },
    ],
  });
  if (!acted.ok) return no(refusalOf(acted.error));
  return ok({ version: acted.value[0]!.versionId });
}

const replacedBy = (patient: Resource): boolean =>
  listAt(patient, 'link').some((link) => textAt(link, 'type') === 'replaced-by');

const endGivenNames = (patient: Resource, at: Date): Resource => ({
  ...patient,
  name: listAt(patient, 'name').map((name) =>
    textAt(name, 'use') === 'temp' ? { ...(name as object), period: { end: at.toISOString() } } : name,
  ),
});

/** Each version of somebody's demographics that changed something a form shows, the newest first. */
export async function demographicsHistory(
  reader: Reader,
  id: string,
  siteId: string,
): Promise<DemographicsVersion[] | null> {
  if (!(await readPatient(reader, id, siteId))) return null;
  const versions = (await readHistory(reader, 'Patient', id)).toReversed();
  const names = await usersNamed(reader, [...new Set(versions.map(({ recordedBy }) => recordedBy))]);
  let before: Record<string, string> = {};
  const history: DemographicsVersion[] = [];
  for (const version of versions) {
    const after = partsOf(parseJson(version.json) as Resource);
    const changes = changesBetween(before, after);
    before = after;
    if (changes.length === 0 && history.length > 0) continue;
    history.push({
      version: version.versionId,
      at: version.recordedAt,
      by: names.get(version.recordedBy) ?? null,
      changes,
    });
  }
  return history.toReversed();
}

/** Each part of a form as one line of words. */
function partsOf(patient: Resource): Record<string, string> {
  const { name, formerNames, nationalNumber, telecom, address, language, contacts, ...rest } =
    readDemographics(patient);
  const joined = (parts: (string | null | undefined)[]): string => parts.filter(Boolean).join(' ');
  const parts: Record<string, string | boolean | null> = {
    ...rest,
    name: joined([name.prefix, name.given, name.family]),
    formerNames: formerNames.map(({ family, given }) => joined([given, family])).join(', '),
    nationalNumber: nationalNumber?.value ?? null,
    telecom: telecom.map(({ value }) => value).join(', '),
    address: address && joined([...address.lines, address.postalCode, address.city, address.country]),
    language: language?.display ?? null,
    contacts: contacts.map(({ name, relation, phone }) => joined([name, relation, phone])).join(', '),
    status: listAt(patient, 'link')
      .map((link) => textAt(link, 'type'))
      .join(', '),
  };
  return Object.fromEntries(
    Object.entries(parts).map(([part, value]) => [part, value === false ? '' : String(value ?? '')]),
  );
}

const changesBetween = (
  before: Record<string, string>,
  after: Record<string, string>,
): DemographicsVersion['changes'] =>
  Object.keys(after)
    .filter((part) => (before[part] ?? '') !== after[part])
    .map((part) => ({ part, before: before[part] || null, after: after[part] || null }));
