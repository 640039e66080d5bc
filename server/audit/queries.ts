import { and, asc, desc, eq, gte, isNull, lt, lte, notLike, or, sql, type SQL } from 'drizzle-orm';
import {
  countedTo,
  type AuditEntry,
  type AuditFilters,
  type AuditQuery,
  type AuditSort,
  type AuditViewer,
} from '../../shared/audit/schema.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { patients } from '../records/tables.ts';
import { audit } from './tables.ts';

/**
 * An auditor looks after one site: what its people did, what was done to its patients, and what the service did by
 * itself. What happened between others is not theirs.
 */
export const ofSite = (siteId: string): SQL =>
  or(
    eq(audit.siteId, siteId),
    eq(patients.siteId, siteId),
    and(isNull(audit.siteId), isNull(audit.patientId)),
  )!;

const day = /^\d{4}-\d{2}-\d{2}$/;
const fromInstant = (text: string): string =>
  new Date(day.test(text) ? `${text}T00:00:00Z` : text).toISOString();
const toInstant = (text: string): string =>
  new Date(day.test(text) ? `${text}T23:59:59.999Z` : text).toISOString();

function narrowed(siteId: string, filters: AuditFilters): SQL {
  const { patientId, userId, encounterId, action, outcome, entity, from, to } = filters;
  return and(
    ofSite(siteId),
    patientId === undefined ? undefined : eq(audit.patientId, patientId),
    userId === undefined ? undefined : eq(audit.userId, userId),
    encounterId === undefined ? undefined : eq(audit.encounterId, encounterId),
    action === undefined ? undefined : and(gte(audit.action, action), lt(audit.action, `${action}\uffff`)),
    outcome === undefined ? undefined : eq(audit.outcome, outcome),
    entity === undefined ? undefined : eq(audit.entity, entity),
    from === undefined ? undefined : gte(audit.at, fromInstant(from)),
    to === undefined ? undefined : lte(audit.at, toInstant(to)),
  )!;
}

/** What rows are ordered by; nothing stands before everything. */
const sortValues: Record<AuditSort, SQL<string>> = {
  at: sql`${audit.at}`,
  user: sql`coalesce(${users.name}, ${audit.userId}, '')`,
  role: sql`coalesce(${audit.role}, '')`,
  action: sql`${audit.action}`,
  outcome: sql`${audit.outcome}`,
  patient: sql`coalesce(${patients.family} || ' ' || ${patients.given}, ${audit.patientId}, '')`,
  entity: sql`coalesce(${audit.entity}, '')`,
};

/** A page goes on after the last row of the one before: rows that are written meanwhile move nothing. */
type Place = [value: string, seq: number];

const writePlace = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function readPlace(cursor: string): Place | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits =
      Array.isArray(place) &&
      place.length === 2 &&
      typeof place[0] === 'string' &&
      Number.isInteger(place[1]);
    return fits ? (place as Place) : null;
  } catch {
    return null;
  }
}

/** Whether a cursor is one that a page gave. */
export const isCursor = (cursor: string): boolean => readPlace(cursor) !== null;

const columns = (siteId: string) => ({
  row: {
    seq: audit.seq,
    at: audit.at,
    action: audit.action,
    outcome: audit.outcome,
    role: audit.role,
    siteId: audit.siteId,
    deviceId: audit.deviceId,
    patientId: audit.patientId,
    encounterId: audit.encounterId,
    entity: audit.entity,
    detail: audit.detail,
    userId: audit.userId,
  },
  userName: users.name,
  // Whose patient it is, is told; who that patient is, only of the auditor's own site.
  family: sql<string | null>`CASE WHEN ${patients.siteId} = ${siteId} THEN ${patients.family} END`,
  given: sql<string | null>`CASE WHEN ${patients.siteId} = ${siteId} THEN ${patients.given} END`,
  mrn: sql<string | null>`CASE WHEN ${patients.siteId} = ${siteId} THEN ${patients.mrn} END`,
});

interface Found {
  row: Omit<AuditEntry, 'user' | 'patient'> & { userId: string | null; patientId: string | null };
  userName: string | null;
  family: string | null;
  given: string | null;
  mrn: string | null;
}

function toEntry({ row, userName, family, given, mrn }: Found): AuditEntry {
  const { userId, patientId, ...rest } = row;
  return {
    ...rest,
    user: userId === null ? null : { id: userId, name: userName ?? userId },
    patient:
      patientId === null
        ? null
        : { id: patientId, name: family === null ? null : `${family}, ${given ?? ''}`, mrn },
  };
}

/** One page of the trail in the order that is asked for, and where the next one begins. */
export async function auditEntries(
  reader: Reader,
  siteId: string,
  { sort, order, cursor, ...filters }: AuditQuery,
  limit: number,
): Promise<{ items: AuditEntry[]; cursor: string | null }> {
  const value = sortValues[sort];
  const place = cursor === undefined ? null : readPlace(cursor);
  const past = order === 'asc' ? sql`>` : sql`<`;
  const after =
    place &&
    sql`(${value} ${past} ${place[0]} OR (${value} = ${place[0]} AND ${audit.seq} ${past} ${place[1]}))`;
  const direction = order === 'asc' ? asc : desc;
  const found = await reader
    .select({ ...columns(siteId), value })
    .from(audit)
    .leftJoin(users, eq(users.id, audit.userId))
    .leftJoin(patients, eq(patients.id, audit.patientId))
    .where(and(narrowed(siteId, filters), after ?? undefined))
    .orderBy(direction(value), direction(audit.seq))
    .limit(limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toEntry),
    cursor: found.length > limit && last ? writePlace([last.value, last.row.seq]) : null,
  };
}

/** How many there are, as far as it is worth counting. */
export async function countEntries(reader: Reader, siteId: string, filters: AuditFilters): Promise<number> {
  const some = reader
    .select({ one: sql<number>`1`.as('one') })
    .from(audit)
    .leftJoin(patients, eq(patients.id, audit.patientId))
    .where(narrowed(siteId, filters))
    .limit(countedTo + 1)
    .as('some');
  const [counted] = await reader.select({ n: sql<number>`count(*)` }).from(some);
  return counted?.n ?? 0;
}

/** Everybody who touched a patient's record, the last one first, and what they did there; who asks that, touches the trail alone. */
export async function viewersOf(reader: Reader, patientId: string): Promise<AuditViewer[]> {
  const rows = await reader
    .select({
      userId: audit.userId,
      name: users.name,
      role: audit.role,
      action: audit.action,
      times: sql<number>`count(*)`,
      firstAt: sql<string>`min(${audit.at})`,
      lastAt: sql<string>`max(${audit.at})`,
    })
    .from(audit)
    .leftJoin(users, eq(users.id, audit.userId))
    .where(and(eq(audit.patientId, patientId), notLike(audit.action, 'audit:%')))
    .groupBy(audit.userId, audit.role, audit.action);
  const people = new Map<string, AuditViewer>();
  for (const { userId, name, role, action, times, firstAt, lastAt } of rows) {
    const key = `${userId} ${role}`;
    const before = people.get(key);
    people.set(key, {
      user: userId === null ? null : { id: userId, name: name ?? userId },
      role,
      firstAt: before && before.firstAt < firstAt ? before.firstAt : firstAt,
      lastAt: before && before.lastAt > lastAt ? before.lastAt : lastAt,
      times: (before?.times ?? 0) + times,
      actions: [...(before?.actions ?? []), { action, times }].sort((a, b) => b.times - a.times),
    });
  }
  return [...people.values()].sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1));
}

/** Whom a site has under this id; null for everybody else's. */
export async function patientOfSite(reader: Reader, siteId: string, patientId: string) {
  const [found] = await reader
    .select({
      id: patients.id,
      name: sql<string>`${patients.family} || ', ' || ${patients.given}`,
      mrn: patients.mrn,
      birthDate: patients.birthDate,
    })
    .from(patients)
    .where(and(eq(patients.id, patientId), eq(patients.siteId, siteId)));
  return found ?? null;
}
