import { and, asc, eq, gt, or } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { isAsStored, type StoredWords } from './intact.ts';
import { resourceVersions } from './tables.ts';

export interface VersionDamage {
  type: string;
  id: string;
  versionId: number;
}

export interface RecordsReport {
  versions: number;
  damage: VersionDamage[];
}

const pageRows = 500;

/** Reads every version of every resource and says which do not say what they said when they were stored. */
export async function verifyRecords(
  reader: Reader,
  onProgress?: (versions: number) => void,
): Promise<RecordsReport> {
  const report: RecordsReport = { versions: 0, damage: [] };
  const { type, id, versionId, contentHash, json } = resourceVersions;
  let last: VersionDamage | null = null;
  for (;;) {
    const page: (VersionDamage & StoredWords)[] = await reader
      .select({ type, id, versionId, contentHash, json })
      .from(resourceVersions)
      .where(last ? isAfter(last) : undefined)
      .orderBy(asc(type), asc(id), asc(versionId))
      .limit(pageRows);
    for (const row of page) if (!isAsStored(row)) report.damage.push(nameOf(row));
    report.versions += page.length;
    onProgress?.(report.versions);
    const end = page.at(-1);
    if (!end || page.length < pageRows) return report;
    last = end;
  }
}

const nameOf = ({ type, id, versionId }: VersionDamage): VersionDamage => ({ type, id, versionId });

const isAfter = ({ type, id, versionId }: VersionDamage) =>
  or(
    gt(resourceVersions.type, type),
    and(
      eq(resourceVersions.type, type),
      or(
        gt(resourceVersions.id, id),
        and(eq(resourceVersions.id, id), gt(resourceVersions.versionId, versionId)),
      ),
    ),
  );
