import { and, eq, inArray } from 'drizzle-orm';
import { statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { resources } from '../records/tables.ts';
import type { ImportDeps } from './importReport.ts';
import type { FileState } from './importState.ts';
import { importFiles } from './tables.ts';

/** Ids asked about in one query. */
const atOnce = 500;

/** A later file may have brought what an earlier one refers to: what a run's files say once it is at its end. */
export async function settleUnresolved(
  { reader, writer }: ImportDeps,
  importId: string,
  states: readonly FileState[],
): Promise<FileState[]> {
  const wanted = states.flatMap(({ unresolved }) => unresolved.flatMap(({ target }) => target ?? []));
  if (wanted.length === 0) return [...states];
  const there = await onRecord(reader, new Set(wanted));
  const settled = states.map((state) => {
    const unresolved = state.unresolved.filter(({ target }) => target === undefined || !there.has(target));
    const found = state.unresolved.length - unresolved.length;
    return found === 0 ? state : { ...state, unresolved, unresolvedCount: state.unresolvedCount - found };
  });
  const statements = settled.flatMap(({ unresolved, unresolvedCount }, index) => {
    if (unresolved === states[index]!.unresolved) return [];
    const ofFile = and(eq(importFiles.importId, importId), eq(importFiles.number, index + 1));
    return [statement(reader.update(importFiles).set({ unresolved, unresolvedCount }).where(ofFile))];
  });
  if (statements.length > 0) await writer.commit({ statements });
  return settled;
}

async function onRecord(reader: Reader, targets: ReadonlySet<string>): Promise<Set<string>> {
  const idsByType = new Map<string, string[]>();
  for (const target of targets) {
    const [type, id] = target.split('/') as [string, string];
    const ids = idsByType.get(type) ?? [];
    ids.push(id);
    idsByType.set(type, ids);
  }
  const there = new Set<string>();
  for (const [type, ids] of idsByType) {
    for (let from = 0; from < ids.length; from += atOnce) {
      const part = ids.slice(from, from + atOnce);
      const rows = await reader
        .select({ id: resources.id })
        .from(resources)
        .where(and(eq(resources.type, type), inArray(resources.id, part)));
      for (const { id } of rows) there.add(`${type}/${id}`);
    }
  }
  return there;
}
