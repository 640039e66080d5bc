import { registry } from '../../shared/documents/registry.ts';
import { parseRoom } from '../../shared/documents/room.ts';
import { no, ok } from '../../shared/wire/result.ts';
import type { Deps } from '../../server/deps.ts';
import { contentHashNow } from '../../server/log/contentHash.ts';
import { entryAfter, system } from '../../server/log/entries.ts';
import { foldDocument } from '../../server/log/fold.ts';
import { sealBytes, type Mismatch, type Sealing } from '../../server/log/sealing.ts';
import * as Y from 'yjs';

/** Seals on what the log says, for an app without live documents: one act after the other, in memory. */
export interface PlainSealing extends Sealing {
  /** Acts whose seals stand, confirmed ones too. */
  readonly sealed: ReadonlySet<string>;
  readonly confirmed: { room: string; actId: string; by: string; contentHash: string }[];
  /** Runs before the next seal looks at the document. */
  before: (() => Promise<void>) | null;
}

export function plainSealing({ log, now }: Pick<Deps, 'log' | 'now'>): PlainSealing {
  const sealed = new Set<string>();
  const ended = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = turn.then(run);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const rootsOf = (room: string) => {
    const parsed = parseRoom(room);
    if (!parsed.ok) throw new Error(`${room} is not a room`);
    return registry[parsed.value.kind].roots;
  };
  const wholes = new Map<string, string>();

  const sealing: PlainSealing = {
    sealed,
    confirmed: [],
    before: null,
    seal: (room, { actId, author, expected, views, whole }) =>
      inTurn(async () => {
        await sealing.before?.();
        const { doc, head } = await foldDocument(log, room, rootsOf(room));
        const now_ = views(doc);
        const mismatched: Mismatch = Object.fromEntries(
          Object.entries(expected).flatMap(([part, hash]): [string, string | null][] => {
            const current = part in now_ ? contentHashNow(now_[part]) : null;
            return current === hash && !ended.has(room) ? [] : [[part, current]];
          }),
        );
        const parts = Object.fromEntries(Object.entries(expected).filter(([part]) => !(part in mismatched)));
        if (Object.keys(parts).length === 0 || (whole && Object.keys(mismatched).length > 0))
          return no(mismatched);
        const at = now();
        await log.append({
          entries: [
            entryAfter(head, {
              document: room,
              kind: 'seal',
              lease: null,
              at: at.toISOString(),
              bytes: sealBytes({ actId, parts, whole }),
              ...author,
            }),
          ],
        });
        sealed.add(actId);
        if (whole) {
          ended.add(room);
          wholes.set(actId, room);
        }
        const signed = Object.fromEntries(Object.keys(parts).map((part) => [part, now_[part]]));
        return ok({ views: signed, mismatched, at });
      }),
    unseal: (room, actId) =>
      inTurn(async () => {
        sealed.delete(actId);
        if (wholes.get(actId) === room) ended.delete(room);
      }),
    confirm: (room, actId, told, write) =>
      inTurn(async () => {
        sealing.confirmed.push({ room, actId, ...told });
        if (!write) return;
        const { doc, head } = await foldDocument(log, room, rootsOf(room));
        const before = Y.encodeStateVector(doc);
        write(doc);
        const entry = entryAfter(head, {
          document: room,
          kind: 'update',
          lease: doc.clientID,
          at: now().toISOString(),
          bytes: Y.encodeStateAsUpdate(doc, before),
          ...system,
        });
        await log.append({ entries: [entry] });
      }),
  };
  return sealing;
}
