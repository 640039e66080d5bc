import { can, type Actor } from '../../shared/access/can.ts';
import type { Reader } from '../db/reader.ts';
import { refused } from '../http/route.ts';
import { findEncounter, type EncounterFacts } from './queries.ts';

/**
 * An encounter whose chart this person may read.
 * @throws Refused `not-found` for what does not exist and for what is another site's: both look alike
 */
export async function readableEncounter(reader: Reader, actor: Actor, id: string): Promise<EncounterFacts> {
  const encounter = await findEncounter(reader, id);
  if (!encounter || !can(actor, 'chart:read', { siteId: encounter.siteId })) throw refused('not-found');
  return encounter;
}
