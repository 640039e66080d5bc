import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { readHead } from '../records/recordStore.ts';
import { asSurvivors } from '../records/replaced.ts';
import type { Outcome } from '../records/stage.ts';
import type { Bundle, BundleEntry } from './bundle.ts';
import { guardNoOther } from './conditional.ts';
import type { ImportProblem } from './importReport.ts';
import { findMatches } from './search/findMatches.ts';

/** What conditional creates of a bundle have found: by the entry's index. */
export type Matches = ReadonlyMap<number, Outcome>;

/** The query without what leads to it: sources write `?identifier=…` and `Patient?identifier=…` as well. */
const queryOf = (condition: string): string => condition.slice(condition.indexOf('?') + 1);

/** Looks up every condition of a bundle; one that means several resources, or none that can be told, is refused. */
export async function matchConditions(
  reader: Reader,
  { entries }: Bundle,
  siteId: string,
): Promise<Result<Matches, ImportProblem[]>> {
  const matches = new Map<number, Outcome>();
  const problems: ImportProblem[] = [];
  const made = new Map<string, BundleEntry>();
  for (const entry of entries) {
    const { index, type, ifNoneExist } = entry;
    if (ifNoneExist === null) continue;
    const refused = (message: string): number =>
      problems.push({ place: `/entry/${index}/request/ifNoneExist`, message });
    const query = queryOf(ifNoneExist);
    const found = await findMatches(reader, siteId, type, query);
    const ids = found.ok ? await asSurvivors(reader, type, found.value) : [];
    if (!found.ok) refused(found.error.message);
    else if ([...new URLSearchParams(query)].length === 0)
      refused('A condition names at least one parameter.');
    else if (ids.length > 1) refused('More than one resource on record matches this condition.');
    else if (ids[0] === undefined) {
      const twin = made.get(`${type}?${query}`);
      if (twin && twin.fullUrl !== entry.fullUrl)
        refused(`The entry at /entry/${twin.index} makes one under the same condition.`);
      made.set(`${type}?${query}`, twin ?? entry);
    } else {
      const [id] = ids;
      const head = await readHead(reader, type, id);
      matches.set(index, { type, id, versionId: head?.versionId ?? 0, outcome: 'unchanged' });
    }
  }
  return problems.length > 0 ? no(problems) : ok(matches);
}

/** Ends the transaction when somebody has made meanwhile what a condition did not find. */
export const guardConditions = (
  { entries }: Bundle,
  targets: ReadonlyMap<number, string>,
  siteId: string,
): Statement[] =>
  entries.flatMap(({ index, type, ifNoneExist }) =>
    ifNoneExist === null
      ? []
      : guardNoOther(siteId, type, queryOf(ifNoneExist), targets.get(index)!.slice(type.length + 1)),
  );
