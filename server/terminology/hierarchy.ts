import { and, eq, inArray, sql } from 'drizzle-orm';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Reader } from '../db/reader.ts';
import { conceptOf, currentRelease } from './releases.ts';
import { codeSystems } from './starter/systems.ts';
import { conceptRelations } from './tables.ts';

/** A concept with all that are below it, or above it, in its code system. */
export interface Line {
  codes: string[];
  /** Every code that begins so is meant as well. */
  prefixes: string[];
}

/** The same, or why it cannot be told. */
export async function hierarchyOf(
  reader: Reader,
  system: string,
  code: string,
  towards: 'below' | 'above',
): Promise<Result<Line, string>> {
  if (system === codeSystems.icd10) return icd10Line(code, towards);
  const release = await currentRelease(reader, 'system', system);
  const [anyParent] = release
    ? await reader
        .select({ one: sql`1` })
        .from(conceptRelations)
        .where(and(eq(conceptRelations.releaseId, release.id), eq(conceptRelations.relation, 'parent')))
        .limit(1)
    : [];
  if (!release || !anyParent) return no(`No hierarchy of ${system} is loaded here.`);
  if (!(await conceptOf(reader, release.id, code)))
    return no(`That is no code of ${system} as it is loaded here.`);
  return ok({ codes: await related(reader, release.id, code, towards), prefixes: [] });
}

/** By way of its parents, of which a concept may have several, or of its children. */
async function related(
  reader: Reader,
  releaseId: number,
  code: string,
  towards: 'below' | 'above',
): Promise<string[]> {
  const { fromCode, toCode } = conceptRelations;
  const [here, there] = towards === 'below' ? [toCode, fromCode] : [fromCode, toCode];
  const found = new Set([code]);
  for (let step = [code]; step.length > 0;) {
    const next = await reader
      .selectDistinct({ code: there })
      .from(conceptRelations)
      .where(
        and(
          eq(conceptRelations.releaseId, releaseId),
          eq(conceptRelations.relation, 'parent'),
          inArray(here, sql`(SELECT value FROM json_each(${JSON.stringify(step)}))`),
        ),
      );
    step = next.map((each) => each.code).filter((each) => !found.has(each));
    for (const each of step) found.add(each);
  }
  return [...found];
}

/** ICD-10-CM's categories have three characters; each further one, after a dot, is one level deeper. */
const icd10Code = /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/i;

function icd10Line(code: string, towards: 'below' | 'above'): Result<Line, string> {
  if (!icd10Code.test(code)) return no(`That is no code of ${codeSystems.icd10}.`);
  if (towards === 'below') return ok({ codes: [code], prefixes: [code.length === 3 ? `${code}.` : code] });
  const lengths = Array.from({ length: code.length - 2 }, (_, index) => index + 3);
  return ok({
    codes: lengths.filter((length) => length !== 4).map((length) => code.slice(0, length)),
    prefixes: [],
  });
}
