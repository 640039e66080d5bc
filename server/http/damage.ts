import type { MiddlewareHandler } from 'hono';
import { unreadableHeader } from '../../shared/wire/unreadable.ts';
import { nobody } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { noticing } from '../records/damage.ts';
import { reportDamage, type Damage } from '../records/intact.ts';
import type { Metrics } from './metrics.ts';
import { actorOf, type Env } from './route.ts';

/** A screen asks for the same list again and again: nobody is told of the same damage more often than this, ms. */
const againAfterMs = 60 * 60_000;
/** So many are named to a screen; a disk on which more is damaged needs other words. */
const mostNamed = 20;

/**
 * What a request met on record that is no longer what was stored: left out of its answer, which says so; logged,
 * counted, and in the audit trail under the name of who met it.
 */
export function tellOfDamage(deps: Deps, metrics: Metrics): MiddlewareHandler<Env> {
  const count = metrics.counter('cochart_damaged_records_total', 'Damaged records that were met, by type.');
  const told = new Map<string, number>();

  const isNews = (of: string): boolean => {
    const now = deps.now().getTime();
    for (const [key, at] of told) if (now - at >= againAfterMs) told.delete(key);
    if (told.has(of)) return false;
    told.set(of, now);
    return true;
  };

  return async (c, next) => {
    const { damaged } = await noticing(next);
    if (damaged.length === 0) return;
    const actor = c.get('signedIn') ? actorOf(c.get('signedIn')!) : nobody;
    const byName = new Map<string, Damage>(damaged.map((each) => [each.entity, each]));
    c.header(unreadableHeader, [...byName.keys()].slice(0, mostNamed).join(','));
    for (const damage of byName.values()) {
      if (!isNews(`${actor.userId} ${damage.entity} ${damage.version}`)) continue;
      count({ type: damage.entity.split('/', 1)[0]! });
      await reportDamage(deps, actor, damage);
    }
  };
}
