import { and, asc, eq, gt, or } from 'drizzle-orm';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { statement, type Statement } from '../../db/batch.ts';
import type { Reader } from '../../db/reader.ts';
import type { Deps } from '../../deps.ts';
import { sound, words } from '../damage.ts';
import { parseJson } from '../json.ts';
import { isCurrentVersion } from '../recordStore.ts';
import { resources, resourceVersions } from '../tables.ts';
import { searchIndexState } from './tables.ts';
import { indexStatements, indexVersion, unindexStatements } from './write.ts';

/** Resources of one transaction. */
const atOnce = 500;
const logEveryMs = 5_000;

/**
 * Makes the search indexes of everything that was put on record under other rules than today's. It can be cut off at
 * any moment and goes on from there; beside it others may write, since what they write is indexed as it is staged.
 */
export async function indexRecords(
  { reader, writer, logger, now }: Pick<Deps, 'reader' | 'writer' | 'logger' | 'now'>,
  version = indexVersion,
): Promise<{ indexed: number }> {
  let at = await readPosition(reader, version);
  let indexed = 0;
  let saidAt = now().getTime();
  while (at) {
    const part = await readPart(reader, at);
    const next = part.length < atOnce ? null : { type: part.at(-1)!.type, id: part.at(-1)!.id };
    const committed = await writer.commit({
      statements: [...sameVersions(part), ...remake(part), savePosition(reader, version, next)],
    });
    // Somebody changed one of these meanwhile: what they say now is read again.
    if (!committed.ok) continue;
    indexed += part.length;
    at = next;
    if (now().getTime() - saidAt >= logEveryMs) {
      saidAt = now().getTime();
      logger.info({ indexed, type: at?.type }, 'making the search indexes');
    }
  }
  if (indexed > 0) logger.info({ indexed }, 'the search indexes are made');
  return { indexed };
}

interface Position {
  type: string;
  id: string;
}

/** Where to go on; null when everything is indexed by today's rules. */
async function readPosition(reader: Reader, version: number): Promise<Position | null> {
  const [state] = await reader.select().from(searchIndexState).where(eq(searchIndexState.id, 1));
  if (!state || state.version !== version) return { type: '', id: '' };
  return state.type === null ? null : { type: state.type, id: state.resourceId ?? '' };
}

interface Part extends Position {
  versionId: number;
  contentHash: string;
  json: string;
  deleted: boolean;
}

const readPart = (reader: Reader, { type, id }: Position): Promise<Part[]> =>
  reader
    .select({
      ...words,
      deleted: resources.deleted,
    })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(or(gt(resources.type, type), and(eq(resources.type, type), gt(resources.id, id))))
    .orderBy(asc(resources.type), asc(resources.id))
    .limit(atOnce);

function sameVersions(part: Part[]): Statement[] {
  const read = JSON.stringify(part.map(({ type, id, versionId }) => [type, id, versionId]));
  return [
    {
      sql: `INSERT INTO guard (ok) VALUES (? = (
        SELECT count(*) FROM json_each(?) AS read JOIN resources r
          ON r.type = read.value ->> 0 AND r.id = read.value ->> 1 AND r.version_id = read.value ->> 2))`,
      params: [part.length, read],
    },
  ];
}

function remake(part: Part[]): Statement[] {
  const types = [...new Set(part.map(({ type }) => type))];
  return [
    ...types.flatMap((type) =>
      unindexStatements(
        type,
        part.filter((each) => each.type === type).map(({ id }) => id),
      ),
    ),
    ...indexStatements(
      sound(part).flatMap(({ json, deleted }) => (deleted ? [] : [parseJson(json) as Resource])),
    ),
  ];
}

function savePosition(reader: Reader, version: number, at: Position | null): Statement {
  const state = { version, type: at?.type ?? null, resourceId: at?.id ?? null };
  const insert = reader.insert(searchIndexState).values({ id: 1, ...state });
  return statement(insert.onConflictDoUpdate({ target: searchIndexState.id, set: state }));
}
