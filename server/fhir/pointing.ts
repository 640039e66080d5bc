import { and, eq, inArray } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { indexedPaths } from '../records/search/definitions.ts';
import { searchReferences } from '../records/search/tables.ts';
import { resourceTypes } from './resourceTypes.ts';

/** Every indexed path of references, and whose it is. That something was recorded is no tie to it. */
let paths: Map<number, string> | null = null;
const referencePaths = (): Map<number, string> =>
  (paths ??= new Map(
    [...resourceTypes]
      .filter((type) => type !== 'Provenance')
      .flatMap((type) =>
        indexedPaths(type)
          .filter(({ kind }) => kind === 'reference')
          .map(({ p }) => [p, type] as const),
      ),
  ));

/** The resources on record that point to this one, as `Type/id`; by the paths that searches know. */
export async function pointingTo(reader: Reader, type: string, id: string): Promise<string[]> {
  const known = referencePaths();
  const rows = await reader
    .select({ p: searchReferences.p, id: searchReferences.id })
    .from(searchReferences)
    .where(
      and(
        inArray(searchReferences.p, [...known.keys()]),
        eq(searchReferences.targetId, id),
        eq(searchReferences.targetType, type),
      ),
    );
  const names = rows.map((row) => `${known.get(row.p)!}/${row.id}`);
  return [...new Set(names)].filter((name) => name !== `${type}/${id}`);
}
