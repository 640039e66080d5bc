import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { conceptMapElements, terminologyReleases } from './tables.ts';

export interface Translation {
  map: string;
  equivalence: string;
  system: string | null;
  code: string | null;
  display: string | null;
}

export interface TranslationQuery {
  /** The map to follow; without it, every map that is loaded. */
  map?: string | undefined;
  system: string;
  code: string;
  targetSystem?: string | undefined;
}

/** What a code is in another system, as the loaded concept maps say. */
export const translateCode = (
  reader: Reader,
  { map, system, code, targetSystem }: TranslationQuery,
): Promise<Translation[]> =>
  reader
    .select({
      map: terminologyReleases.url,
      equivalence: conceptMapElements.equivalence,
      system: conceptMapElements.targetSystem,
      code: conceptMapElements.targetCode,
      display: conceptMapElements.targetDisplay,
    })
    .from(conceptMapElements)
    .innerJoin(
      terminologyReleases,
      and(
        eq(terminologyReleases.id, conceptMapElements.releaseId),
        eq(terminologyReleases.status, 'current'),
      ),
    )
    .where(
      and(
        map === undefined
          ? eq(conceptMapElements.sourceSystem, system)
          : inArray(conceptMapElements.sourceSystem, [system, '']),
        eq(conceptMapElements.sourceCode, code),
        map === undefined ? undefined : eq(terminologyReleases.url, map),
        targetSystem === undefined ? undefined : eq(conceptMapElements.targetSystem, targetSystem),
      ),
    )
    .orderBy(asc(conceptMapElements.releaseId), asc(conceptMapElements.position))
    .limit(100);
