import { and, desc, eq, ne } from 'drizzle-orm';
import { auditRow, type AuditActor } from '../audit/trail.ts';
import { guardOneRow, statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Writer } from '../db/writer.ts';
import type { Release, ReleaseEntry, ReleasedConcept } from './release.ts';
import { terminologyReleases } from './tables.ts';
import { insertConcepts, insertMappings, insertMembers, insertRelations, takeAway } from './rows.ts';

export interface LoadDeps {
  reader: Reader;
  writer: Writer;
  now(): Date;
}

export interface Loaded {
  url: string;
  version: string | null;
  kind: Release['head']['kind'];
  entries: number;
  /** `unchanged`: this very content is what is used already. */
  outcome: 'loaded' | 'replaced' | 'unchanged';
  notice: string | null;
  incomplete: string | null;
}

export interface LoadOptions {
  /** The file's name, for the list. */
  source: string;
  /** SHA-256 of what is read. */
  digest: string;
  actor: AuditActor;
  onProgress?: (entries: number) => void;
}

/** Rows of one commit: few enough that what people write meanwhile hardly waits. */
const batchRows = 500;

/**
 * Loads a release beside the one that is used, then switches to it in one step: whoever searches meanwhile finds all of
 * the old or all of the new.
 * @throws BadRelease when the file turns out to be bad; nothing of it is kept then
 */
export async function loadRelease(deps: LoadDeps, release: Release, options: LoadOptions): Promise<Loaded> {
  const { head } = release;
  const before = await currentRelease(deps.reader, head.url);
  if (before?.digest === options.digest) {
    return { ...head, entries: before.entries, outcome: 'unchanged' };
  }
  await clearRemains(deps);
  const id = await reserve(deps, release, options);
  try {
    const entries = await fill(deps, id, release.entries, options.onProgress);
    await switchTo(deps, { id, entries, before: before?.id ?? null }, release, options);
    if (before) await takeAway(deps.writer, before.id);
    return { ...head, entries, outcome: before ? 'replaced' : 'loaded' };
  } catch (error) {
    await takeAway(deps.writer, id);
    throw error;
  }
}

/** Takes a release out of use at once, and its rows away. False when there is none of that address. */
export async function removeRelease(deps: LoadDeps, url: string, actor: AuditActor): Promise<boolean> {
  const found = await currentRelease(deps.reader, url);
  if (!found) return false;
  await deps.writer.commit({
    statements: [retire(deps.reader, found.id), guardOneRow],
    chained: [
      auditRow({
        action: 'terminology:removed',
        outcome: 'success',
        actor,
        at: deps.now(),
        entity: url,
        detail: { version: found.version, entries: found.entries },
      }),
    ],
  });
  await takeAway(deps.writer, found.id);
  return true;
}

async function currentRelease(reader: Reader, url: string) {
  const [found] = await reader
    .select()
    .from(terminologyReleases)
    .where(and(eq(terminologyReleases.url, url), eq(terminologyReleases.status, 'current')));
  return found;
}

const retire = (reader: Reader, id: number): Statement =>
  statement(
    reader
      .update(terminologyReleases)
      .set({ status: 'replaced' })
      .where(and(eq(terminologyReleases.id, id), eq(terminologyReleases.status, 'current'))),
  );

/** What a command that was cut off left behind; what is being loaded right now by another one is younger. */
const abandonedAfterMs = 60 * 60_000;

async function clearRemains({ reader, writer, now }: LoadDeps): Promise<void> {
  const rest = await reader
    .select({
      id: terminologyReleases.id,
      loadedAt: terminologyReleases.loadedAt,
      status: terminologyReleases.status,
    })
    .from(terminologyReleases)
    .where(ne(terminologyReleases.status, 'current'));
  const abandoned = now().getTime() - abandonedAfterMs;
  for (const { id, loadedAt, status } of rest) {
    if (status === 'replaced' || Date.parse(loadedAt) < abandoned) await takeAway(writer, id);
  }
}

/** Ids are part of every row's place, so each release has one of its own before anything of it is written. */
async function reserve(deps: LoadDeps, { head }: Release, { source, digest }: LoadOptions): Promise<number> {
  const { reader, writer, now } = deps;
  for (;;) {
    const [last] = await reader
      .select({ id: terminologyReleases.id })
      .from(terminologyReleases)
      .orderBy(desc(terminologyReleases.id))
      .limit(1);
    const id = (last?.id ?? 0) + 1;
    const committed = await writer.commit({
      statements: [
        statement(
          reader
            .insert(terminologyReleases)
            .values({
              ...head,
              id,
              source,
              digest,
              entries: 0,
              status: 'loading',
              loadedAt: now().toISOString(),
            })
            .onConflictDoNothing(),
        ),
        guardOneRow,
      ],
    });
    if (committed.ok) return id;
  }
}

/** @throws BadRelease */
async function fill(
  { reader, writer }: LoadDeps,
  id: number,
  entries: Release['entries'],
  onProgress?: (entries: number) => void,
): Promise<number> {
  let written = 0;
  let position = 0;
  const codes = new Set<string>();
  let waiting: { entry: ReleaseEntry; position: number }[] = [];
  const flush = async (): Promise<void> => {
    const of = <K extends string>(key: K) =>
      waiting.flatMap(({ entry, position: at }) =>
        key in entry ? [{ at, ...(entry as Record<K, object>)[key] }] : [],
      ) as never[];
    const statements = [
      ...insertConcepts(id, of('concept')),
      ...insertRelations(id, of('relation')),
      ...insertMembers(reader, id, of('member')),
      ...insertMappings(reader, id, of('mapping')),
    ];
    if (statements.length > 0) await writer.commit({ statements });
    // How a concept is related to others is part of it, not a further entry.
    written += waiting.filter(({ entry }) => !('relation' in entry)).length;
    onProgress?.(written);
    waiting = [];
  };
  for await (const entry of entries) {
    if ('concept' in entry && !isNew(codes, entry.concept)) continue;
    waiting.push({ entry, position });
    position += 1;
    if (waiting.length === batchRows) await flush();
  }
  await flush();
  return written;
}

/** Some releases name a code twice; its first line counts. */
function isNew(codes: Set<string>, { code }: ReleasedConcept): boolean {
  if (codes.has(code)) return false;
  codes.add(code);
  return true;
}

async function switchTo(
  { reader, writer, now }: LoadDeps,
  { id, entries, before }: { id: number; entries: number; before: number | null },
  { head }: Release,
  { actor }: LoadOptions,
): Promise<void> {
  const committed = await writer.commit({
    statements: [
      ...(before === null ? [] : [retire(reader, before), guardOneRow]),
      statement(
        reader
          .update(terminologyReleases)
          .set({ status: 'current', entries, loadedAt: now().toISOString() })
          .where(and(eq(terminologyReleases.id, id), eq(terminologyReleases.status, 'loading'))),
      ),
      guardOneRow,
      onlyOneCurrent(head.url),
    ],
    chained: [
      auditRow({
        action: 'terminology:loaded',
        outcome: 'success',
        actor,
        at: now(),
        entity: head.url,
        detail: { version: head.version, format: head.format, entries },
      }),
    ],
  });
  if (!committed.ok)
    throw new Error('Another command has loaded the same code system meanwhile; run this again.');
}

/** Two commands may load one address at once: the second to switch finds that it would be the second. */
const onlyOneCurrent = (url: string): Statement => ({
  sql: `INSERT INTO guard (ok) VALUES ((SELECT count(*) FROM terminology_releases WHERE url = ? AND status = 'current') = 1)`,
  params: [url],
});
