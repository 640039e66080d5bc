import { no, ok, type Result } from '../../../shared/wire/result.ts';
import type { Reader } from '../../db/reader.ts';
import { find, type Found } from './find.ts';
import { findIncluded, readShown, type Included, type Shown } from './includes.ts';
import { badValue, type SearchProblem } from './problem.ts';
import { cursorName, type SearchRequest } from './request.ts';

/** One page of a search, with what was to be included. */
export interface SearchPage {
  matches: Shown[];
  included: Shown[];
  cut: boolean;
  next: string | null;
  total: number | null;
}

/** A page of one type's resources. */
export async function searchPage(
  reader: Reader,
  siteId: string,
  request: SearchRequest,
): Promise<Result<SearchPage, SearchProblem>> {
  const found = await find(reader, siteId, request);
  if (!found.ok) return found;
  return ok(await shown(reader, siteId, request, found.value));
}

async function shown(
  reader: Reader,
  siteId: string,
  request: SearchRequest,
  { ids, next, total }: Found,
): Promise<SearchPage> {
  const matches = ids.map((id) => ({ type: request.type, id }));
  const asked = request.includes.length + request.revIncludes.length > 0;
  const nothing: Included = { targets: [], cut: false };
  const included = asked ? await findIncluded(reader, siteId, matches, request) : nothing;
  return {
    matches: await readShown(reader, matches),
    included: await readShown(reader, included.targets),
    cut: included.cut,
    next,
    total,
  };
}

/**
 * A page over several types, one after the other: first all of the first type. Its cursor says in which type it stands.
 */
export async function searchTypes(
  reader: Reader,
  siteId: string,
  requests: SearchRequest[],
): Promise<Result<SearchPage, SearchProblem>> {
  const [first] = requests;
  const begin = cursorOf(first!.cursor, requests.length);
  if (!begin) return no(badValue(cursorName, 'one of ours'));
  const page: SearchPage = { matches: [], included: [], cut: false, next: null, total: null };
  let total: number | null = 0;
  for (const [index, request] of requests.entries()) {
    const left = first!.count - page.matches.length;
    const isOver = index < begin.index || page.next !== null;
    if (isOver && !request.total) {
      total = null;
      continue;
    }
    const cursor = index === begin.index ? begin.inner : null;
    const found = await searchPage(reader, siteId, { ...request, count: Math.max(left, 1), cursor });
    if (!found.ok) return found;
    total = total === null || found.value.total === null ? null : total + found.value.total;
    if (isOver) continue;
    if (left <= 0) page.next = writeCursor(index, null);
    else {
      page.matches.push(...found.value.matches);
      page.included.push(...found.value.included);
      page.cut ||= found.value.cut;
      if (found.value.next !== null) page.next = writeCursor(index, found.value.next);
    }
  }
  return ok({ ...page, total });
}

const writeCursor = (index: number, inner: string | null): string => `${index}.${inner ?? ''}`;

function cursorOf(cursor: string | null, types: number): { index: number; inner: string | null } | null {
  if (cursor === null) return { index: 0, inner: null };
  const [index = '', inner = '', ...more] = cursor.split('.');
  if (!/^\d{1,3}$/.test(index) || Number(index) >= types || more.length > 0) return null;
  return { index: Number(index), inner: inner === '' ? null : inner };
}
