import { and, between, desc, eq, lte, ne, sql, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type {
  KeptStatus,
  QuarantineFacts,
  QuarantineItem,
  RescueItem,
} from '../../shared/quarantine/schema.ts';
import { textOfUpdates } from '../../shared/quarantine/textOfUpdates.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { documentLog, quarantine, rescues } from '../log/tables.ts';
import type { Page } from '../patients/queries.ts';
import { encounters } from '../records/tables.ts';

/** Whose kept text is asked for. */
export interface KeptFilter {
  siteId: string;
  /** Undefined: everybody's of the site. */
  userId: string | undefined;
  encounterId: string | undefined;
  status: KeptStatus;
}

/** What access decisions and the audit trail need to know of something kept. */
export interface KeptFacts {
  id: string;
  document: string;
  userId: string;
  siteId: string;
  encounterId: string;
  patientId: string;
  settledAt: string | null;
  settledBy: string | null;
}

type Listed<T> = { items: T[]; patients: Map<string, string>; more: boolean };

/** Read of one quarantine at most: a hostile client fills it to 16 MiB, a person's typing is far less. */
const maxTextBytes = 128 * 1024;
const maxTextParts = 4_000;

/** A room begins with the id of its encounter. */
const encounterOf = (document: typeof quarantine.document | typeof rescues.document): SQL =>
  sql`${encounters.id} = substr(${document}, 1, instr(${document}, '/') - 1)`;

const all = alias(quarantine, 'all_parts');
const parts = sql`select 1 from ${quarantine} as ${sql.identifier('all_parts')} where ${all.id} = ${quarantine.id}`;
const isOpen = sql`exists (${parts} and ${all.settledAt} is null)`;
const ofParts = <T>(what: SQL): SQL<T> =>
  sql<T>`(select ${what} from ${quarantine} as ${sql.identifier('all_parts')} where ${all.id} = ${quarantine.id})`;

const matching = (status: KeptStatus, open: SQL): SQL | undefined =>
  status === 'any' ? undefined : status === 'open' ? open : sql`not (${open})`;

/** Quarantines, newest first, each by its first refused update. */
export async function listQuarantine(
  reader: Reader,
  filter: KeptFilter,
  { offset, limit }: Page,
): Promise<Listed<QuarantineFacts>> {
  const rows = await reader
    .select({
      facts: {
        id: quarantine.id,
        document: quarantine.document,
        encounterId: encounters.id,
        device: quarantine.deviceId,
        reason: quarantine.reason,
        at: quarantine.at,
        parts: ofParts<number>(sql`count(*)`),
        bytes: ofParts<number>(sql`sum(length(${all.bytes}))`),
        settledAt: ofParts<string | null>(
          sql`case when count(*) = count(${all.settledAt}) then max(${all.settledAt}) end`,
        ),
      },
      user: { id: users.id, name: users.name, role: users.role },
      patientId: encounters.patientId,
    })
    .from(quarantine)
    .innerJoin(encounters, encounterOf(quarantine.document))
    .innerJoin(users, eq(users.id, quarantine.userId))
    .where(
      and(
        eq(quarantine.part, 1),
        eq(encounters.siteId, filter.siteId),
        filter.userId === undefined ? undefined : eq(quarantine.userId, filter.userId),
        filter.encounterId === undefined ? undefined : eq(encounters.id, filter.encounterId),
        matching(filter.status, isOpen),
      ),
    )
    .orderBy(desc(quarantine.at), desc(quarantine.id))
    .limit(limit + 1)
    .offset(offset);
  const page = rows.slice(0, limit);
  return {
    items: page.map(({ facts, user }) => ({ ...facts, user })),
    patients: new Map(page.map(({ facts, patientId }) => [facts.encounterId, patientId])),
    more: rows.length > limit,
  };
}

/** Adds what the refused updates say. */
export async function withTexts(reader: Reader, items: QuarantineFacts[]): Promise<QuarantineItem[]> {
  const read: QuarantineItem[] = [];
  for (const item of items) {
    const upTo = await lastPartRead(reader, item.id);
    const rows = await reader
      .select({ bytes: quarantine.bytes })
      .from(quarantine)
      .where(and(eq(quarantine.id, item.id), between(quarantine.part, 1, upTo)))
      .orderBy(quarantine.part);
    read.push({
      ...item,
      texts: textOfUpdates(rows.map(({ bytes }) => bytes)),
      cut: rows.length < item.parts,
    });
  }
  return read;
}

/** The last part that is still within what is read of one quarantine; 0 when the first is beyond it. */
async function lastPartRead(reader: Reader, id: string): Promise<number> {
  const sizes = await reader
    .select({ part: quarantine.part, bytes: sql<number>`length(${quarantine.bytes})` })
    .from(quarantine)
    .where(and(eq(quarantine.id, id), lte(quarantine.part, maxTextParts)))
    .orderBy(quarantine.part);
  let last = 0;
  let sum = 0;
  for (const { part, bytes } of sizes) {
    sum += bytes;
    if (sum > maxTextBytes) break;
    last = part;
  }
  return last;
}

/** Rescued text, newest first, with who took its place away. */
export async function listRescues(
  reader: Reader,
  filter: KeptFilter,
  { offset, limit }: Page,
): Promise<Listed<RescueItem>> {
  const removers = alias(users, 'removers');
  const rows = await reader
    .select({
      rescue: {
        id: rescues.id,
        document: rescues.document,
        encounterId: encounters.id,
        at: rescues.at,
        place: rescues.place,
        text: rescues.text,
        settledAt: rescues.settledAt,
      },
      removedBy: { id: removers.id, name: removers.name, role: removers.role },
      user: { id: users.id, name: users.name, role: users.role },
      patientId: encounters.patientId,
    })
    .from(rescues)
    .innerJoin(encounters, encounterOf(rescues.document))
    .innerJoin(users, eq(users.id, rescues.userId))
    .leftJoin(
      documentLog,
      and(
        eq(documentLog.document, rescues.document),
        eq(documentLog.epoch, rescues.epoch),
        eq(documentLog.seq, rescues.seq),
        ne(documentLog.userId, rescues.userId),
      ),
    )
    .leftJoin(removers, eq(removers.id, documentLog.userId))
    .where(
      and(
        eq(encounters.siteId, filter.siteId),
        filter.userId === undefined ? undefined : eq(rescues.userId, filter.userId),
        filter.encounterId === undefined ? undefined : eq(encounters.id, filter.encounterId),
        matching(filter.status, sql`${rescues.settledAt} is null`),
      ),
    )
    // Letters that were lost one by one keep the order in which they were written.
    .orderBy(desc(rescues.at), desc(rescues.seq), desc(sql`${rescues}.rowid`))
    .limit(limit + 1)
    .offset(offset);
  const page = rows.slice(0, limit);
  return {
    items: page.map(({ rescue, user, removedBy }) => ({ ...rescue, user, removedBy })),
    patients: new Map(page.map(({ rescue, patientId }) => [rescue.encounterId, patientId])),
    more: rows.length > limit,
  };
}

/** One quarantine; settled when all of its parts are. */
export async function findQuarantine(reader: Reader, id: string): Promise<KeptFacts | null> {
  const [row] = await reader
    .select({
      id: quarantine.id,
      document: quarantine.document,
      userId: quarantine.userId,
      siteId: encounters.siteId,
      encounterId: encounters.id,
      patientId: encounters.patientId,
      settledAt: quarantine.settledAt,
      settledBy: quarantine.settledBy,
    })
    .from(quarantine)
    .innerJoin(encounters, encounterOf(quarantine.document))
    .where(eq(quarantine.id, id))
    // Null is least: an open part comes first.
    .orderBy(quarantine.settledAt, quarantine.part)
    .limit(1);
  return row ?? null;
}

/** The epoch that a document is in; null when nobody has ever written in it. */
export async function epochOf(reader: Reader, document: string): Promise<number | null> {
  const [newest] = await reader
    .select({ epoch: documentLog.epoch })
    .from(documentLog)
    .where(eq(documentLog.document, document))
    .orderBy(desc(documentLog.epoch))
    .limit(1);
  return newest?.epoch ?? null;
}

export async function findRescue(reader: Reader, id: string): Promise<KeptFacts | null> {
  const [row] = await reader
    .select({
      id: rescues.id,
      document: rescues.document,
      userId: rescues.userId,
      siteId: encounters.siteId,
      encounterId: encounters.id,
      patientId: encounters.patientId,
      settledAt: rescues.settledAt,
      settledBy: rescues.settledBy,
    })
    .from(rescues)
    .innerJoin(encounters, encounterOf(rescues.document))
    .where(eq(rescues.id, id));
  return row ?? null;
}
