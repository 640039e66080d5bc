import { no, ok, type Result } from '../../../shared/wire/result.ts';
import type { Reader } from '../../db/reader.ts';
import { resourceTypes } from '../resourceTypes.ts';
import { codeSetsFor } from './codeSets.ts';
import { find } from './find.ts';
import { unknownParameter, type SearchProblem } from './problem.ts';
import { parseSearch } from './request.ts';

/** Matches looked for by a condition: one is what it means, two are already too many. */
const enough = 50;

/**
 * The ids of a site's resources that a condition such as `identifier=system|value` means: for conditional create,
 * update and references. A condition that asks for nothing matches nothing.
 */
export async function findMatches(
  reader: Reader,
  siteId: string,
  type: string,
  query: string,
  { now = new Date(), baseUrl = '' }: { now?: Date; baseUrl?: string } = {},
): Promise<Result<string[], SearchProblem>> {
  if (!resourceTypes.has(type)) return no(unknownParameter(type, ''));
  const asked = [...new URLSearchParams(query)];
  const scope = { siteId, now, baseUrl, codeSets: await codeSetsFor(reader, asked) };
  const request = parseSearch(scope, type, asked);
  if (!request.ok) return request;
  if (request.value.conditions.length === 0) return ok([]);
  const found = await find(reader, siteId, {
    ...request.value,
    count: enough,
    cursor: null,
    countOnly: false,
  });
  return found.ok ? ok(found.value.ids) : found;
}
