import { and, eq, inArray } from 'drizzle-orm';
import { mrnOf } from '../../shared/patients/given.ts';
import { guardOneRow, statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { patients } from '../records/tables.ts';
import { siteSequences } from './tables.ts';

type Kind = (typeof siteSequences.$inferSelect)['kind'];

/** A number that nobody has, and what takes it: the commit answers `stale` when somebody else was quicker. */
export interface Taken {
  sequence: number;
  statements: Statement[];
}

export async function takeNext(reader: Reader, siteId: string, kind: Kind): Promise<Taken> {
  const next = await nextOf(reader, siteId, kind);
  return { sequence: next, statements: taking(reader, siteId, kind, next, next) };
}

/** The next record number of a site; one that came with an import is passed over. */
export async function takeMrn(reader: Reader, siteId: string): Promise<Taken & { mrn: string }> {
  const atOnce = 20;
  const next = await nextOf(reader, siteId, 'mrn');
  for (let from = next; ; from += atOnce) {
    const candidates = Array.from({ length: atOnce }, (_, index) => mrnOf(from + index));
    const rows = await reader
      .select({ mrn: patients.mrn })
      .from(patients)
      .where(and(eq(patients.siteId, siteId), inArray(patients.mrn, candidates)));
    const used = new Set(rows.map(({ mrn }) => mrn));
    const free = candidates.findIndex((candidate) => !used.has(candidate));
    if (free < 0) continue;
    const sequence = from + free;
    return {
      mrn: candidates[free]!,
      sequence,
      statements: taking(reader, siteId, 'mrn', next, sequence),
    };
  }
}

async function nextOf(reader: Reader, siteId: string, kind: Kind): Promise<number> {
  const [row] = await reader
    .select({ next: siteSequences.next })
    .from(siteSequences)
    .where(and(eq(siteSequences.siteId, siteId), eq(siteSequences.kind, kind)));
  return row?.next ?? 0;
}

/** A first row is inserted only where there is none; any other moves on only from the one that was read. */
const taking = (reader: Reader, siteId: string, kind: Kind, before: number, taken: number): Statement[] => [
  statement(
    reader
      .insert(siteSequences)
      .values({ siteId, kind, next: taken + 1 })
      .onConflictDoUpdate({
        target: [siteSequences.siteId, siteSequences.kind],
        set: { next: taken + 1 },
        setWhere: eq(siteSequences.next, before),
      }),
  ),
  guardOneRow,
];
