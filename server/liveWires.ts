import type { Server as HttpServer } from 'node:http';
import { draftOrders } from '../shared/documents/orders.ts';
import { EncounterPresence } from './collab/encounterPresence.ts';
import { CollabServer, type CollabDeps } from './collab/server.ts';
import type { Deps } from './deps.ts';
import { findEncounter } from './encounters/queries.ts';
import { DraftCounts } from './orders/queries.ts';
import { Deliverer } from './outbox/deliver.ts';
import { broadcast, rooms, type RealtimeServer } from './realtime/broadcast.ts';
import { openGateway } from './realtime/gateway.ts';
import { findSealOutcome } from './signing/outcome.ts';

/** The two wires that stay open, introduced to each other: edits on one, announcements on the other. */
export interface LiveWires {
  collab: CollabServer;
  draftCounts: DraftCounts;
  /** There may be something in the outbox. */
  look(): void;
  /** Opens the announcing wire on a server that listens. */
  announceOn(server: HttpServer): void;
  connections(): { collab: number; realtime: number };
  /** How many documents are in memory. */
  documents(): number;
  close(): Promise<void>;
}

export function openLiveWires(
  deps: Deps & Pick<CollabDeps, 'auth' | 'isOwnOrigin' | 'onRefused' | 'onAllLeft'>,
): LiveWires {
  const { logger, reader, writer, now, auth, log } = deps;
  let io: RealtimeServer | null = null;
  let isClosing = false;
  const draftCounts = new DraftCounts(log);

  const collab = new CollabServer({
    ...deps,
    findSealOutcome: findSealOutcome(deps),
    onChanged(room, doc) {
      if (!room.endsWith('/orders')) return;
      const encounterId = room.slice(0, room.indexOf('/'));
      if (draftCounts.changed(encounterId, draftOrders(doc).length)) void boardChanged(encounterId);
    },
    onPresence: (encounterId) => presence.look(encounterId),
  });

  const presence = new EncounterPresence(collab.documents, now, (encounterId, present) => {
    io?.to(rooms.encounter(encounterId)).emit('presence:changed', { encounterId, present });
    void toWard(encounterId, (wardId) =>
      io?.to(rooms.ward(wardId)).emit('presence:changed', { encounterId, present }),
    );
  });

  const toWard = async (encounterId: string, tell: (wardId: string) => void): Promise<void> => {
    // Everybody leaves now, and nobody is there to be told.
    if (isClosing) return;
    try {
      const encounter = await findEncounter(reader, encounterId);
      if (encounter?.wardId) tell(encounter.wardId);
    } catch (error) {
      logger.error({ err: error }, 'a ward could not be told');
    }
  };

  const boardChanged = (encounterId: string): Promise<void> =>
    toWard(encounterId, (wardId) =>
      io?.to(rooms.ward(wardId)).emit('board:changed', {
        wardId,
        encounterIds: [encounterId],
        at: now().toISOString(),
      }),
    );

  const deliverer = new Deliverer(
    reader,
    writer,
    now,
    (delivered) => {
      if (delivered.event === 'user:changed') void auth.endSessionsOf(delivered.payload.userId);
      if (delivered.event === 'patient:changed')
        void collab
          .reconsider(delivered.payload.encounterIds)
          .catch((error: unknown) =>
            logger.error({ err: error }, 'who is in an encounter was not looked at'),
          );
      if (io) broadcast(io, now(), delivered);
    },
    (error) => logger.error({ err: error }, 'announcements are held up'),
  );

  return {
    collab,
    draftCounts,
    look: () => deliverer.look(),
    announceOn(server) {
      io = openGateway(server, { ...deps, presentIn: (encounterId) => presence.of(encounterId) });
    },
    documents: () => collab.documents.size,
    connections: () => ({ collab: collab.connections, realtime: io?.engine.clientsCount ?? 0 }),
    async close() {
      isClosing = true;
      await collab.close();
      presence.close();
      await deliverer.close();
      // The transport, not the sockets: a client that is disconnected by name takes it for a no and stays away. The
      // HTTP server is closed by whoever opened it.
      io?.engine.close();
    },
  };
}
