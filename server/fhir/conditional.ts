import { can } from '../../shared/access/can.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { SignedIn } from '../http/route.ts';
import { asSurvivors } from '../records/replaced.ts';
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
  const found = await asSurvivors(reader, type, matches.value);
  return found.length > 1
    ? no(refuse('precondition-failed', 'More than one resource matches the condition.'))
    : ok(found[0] ?? null);
}

/**
 * Ends the transaction when another resource than `ownId` has the identifier that a condition names: somebody was
 * quicker to make what the condition did not find. Of a condition that names anything else nothing is known at that
 * place, and two who create at once under such a condition make two.
 */
export function guardNoOther(siteId: string, type: string, query: string, ownId: string): Statement[] {
  const [asked, ...others] = [...new URLSearchParams(query)];
  if (!asked || others.length > 0 || asked[0] !== 'identifier' || /[,\\$]/.test(asked[1])) return [];
  const bar = asked[1].indexOf('|');
  const [system, value] = bar < 0 ? [null, asked[1]] : [asked[1].slice(0, bar), asked[1].slice(bar + 1)];
  return [
    {
      sql: `INSERT INTO guard (ok) VALUES (NOT EXISTS (
        SELECT 1 FROM resource_identifiers AS own JOIN resources ON resources.type = own.type AND resources.id = own.id
        WHERE own.type = ? AND own.value = ? AND own.system = coalesce(?, own.system) AND own.id <> ?
          AND resources.site_id = ?
          AND NOT EXISTS (SELECT 1 FROM patients WHERE own.type = 'Patient' AND id = own.id AND replaced_by IS NOT NULL)))`,
      params: [type, value, system, ownId, siteId],
    },
  ];
}
