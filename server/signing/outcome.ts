import { endDrafts, type EndedOrder } from '../../shared/documents/orders.ts';
import type { Deps } from '../deps.ts';
import type { FindSealOutcome, Seal } from '../log/sealing.ts';
import { findSignature } from './act.ts';

/**
 * What has become of a seal that a loading document finds: after a crash between the seal and its act, or between the
 * act and what follows of it in the document.
 */
export const findSealOutcome =
  ({ reader }: Pick<Deps, 'reader'>): FindSealOutcome =>
  async (room, seal) => {
    const signature = await findSignature(reader, seal.actId);
    if (!signature || signature.document !== room) return { outcome: 'not-committed' };
    if (signature.kind !== 'orders') return { outcome: 'committed' };
    const ended = endedBy(seal.parts, signature.resources);
    return { outcome: 'committed', write: (doc) => endDrafts(doc, ended) };
  };

/** What stands in each draft that was signed: what it has become, and the hash that was signed. */
export const endedBy = (
  parts: Seal['parts'],
  resources: Readonly<Record<string, string>>,
): Record<string, EndedOrder> =>
  Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [id, { resource, contentHash: parts[id] ?? '' }]),
  );
