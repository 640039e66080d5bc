import { can } from '../../shared/access/can.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Deps } from '../deps.ts';
import type { SignedIn } from '../http/route.ts';
import { findMatches } from './search/findMatches.ts';

/**
 * The one resource that a condition means, or null for none. Who reads no charts may ask by identifier alone: whether
 * anybody matches a name is itself a thing to know.
 */
export async function oneMatch(
  { reader }: Pick<Deps, 'reader'>,
  { user }: SignedIn,
  type: string,
  query: string,
): Promise<Result<string | null, Refusal>> {
  const asked = [...new URLSearchParams(query)];
  if (asked.length === 0)
    return no(refuse('precondition-failed', 'A condition names at least one parameter.'));
  const byIdentifier = asked.every(([name]) => name === 'identifier' || name === '_id');
  if (!byIdentifier && !can(user, 'chart:read')) return no(refuse('forbidden'));
  const matches = await findMatches(reader, user.siteId, type, query);
  if (!matches.ok) return no(refuse('invalid', matches.error.message));
  return matches.value.length > 1
    ? no(refuse('precondition-failed', 'More than one resource matches the condition.'))
    : ok(matches.value[0] ?? null);
}
