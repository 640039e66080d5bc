import type { Server as HttpServer } from 'node:http';
import { eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { can } from '../../shared/access/can.ts';
import { no, ok } from '../../shared/wire/result.ts';
import type { Present } from '../../shared/wire/events.ts';
import type { Auth } from '../auth/auth.ts';
import type { Reader } from '../db/reader.ts';
import { encountersOfWard } from '../encounters/onWard.ts';
import { findEncounter } from '../encounters/queries.ts';
import { findPatient } from '../patients/queries.ts';
import { wards } from '../sites/tables.ts';
import { rooms, type RealtimeServer } from './broadcast.ts';
import { listen, type Acts } from './on.ts';

export interface GatewayDeps {
  reader: Reader;
  auth: Auth;
  logger: Logger;
  isOwnOrigin(origin: string): boolean;
  presentIn(encounterId: string): Present[];
}

/** Longest request taken from a client, bytes: identifiers only. */
const maxRequestBytes = 16 * 1024;

/**
 * A client takes the wire for lost after the sum of the two without a ping: the screens promise to say so within 3 s.
 * The larger part is for the answer, for a service that is busy for a moment must not take everybody for gone.
 */
const pingEveryMs = 1_000;
const answerWithinMs = 2_000;

/** Who may connect, and what they may listen to. Announcements only: edits and acts travel on other wires. */
export function openGateway(server: HttpServer, deps: GatewayDeps): RealtimeServer {
  const io: RealtimeServer = new Server(server, {
    destroyUpgrade: false,
    serveClient: false,
    maxHttpBufferSize: maxRequestBytes,
    pingInterval: pingEveryMs,
    pingTimeout: answerWithinMs,
    // A handshake is not a fetch: the browser's same-origin rule does not guard it, so its Origin is asked here.
    allowRequest: ({ headers: { origin } }, decide) =>
      decide(null, origin === undefined || deps.isOwnOrigin(origin)),
  });

  io.use((socket, next) => {
    deps.auth.authenticate(socket.handshake.headers.cookie, { extend: false }).then(
      (signedIn) => {
        if (!signedIn) return next(new Error('unauthenticated'));
        socket.data.signedIn = signedIn;
        next();
      },
      () => next(new Error('internal')),
    );
  });

  const acts = listenActs(deps);
  io.on('connection', (socket) => {
    const { sessionId } = socket.data.signedIn;
    void socket.join(rooms.session(sessionId));
    // It may have ended after it was asked for and before there was a socket to tell; looking again tells all of them.
    deps.auth.isLive(sessionId).then(
      (signedIn) => signedIn ?? socket.disconnect(true),
      (error: unknown) => deps.logger.error({ err: error }, 'a session could not be looked at again'),
    );
    listen(socket, acts, (error) => deps.logger.error({ err: error }, 'a request on the socket failed'));
  });

  deps.auth.onEnded(({ sessionIds, ending }) => {
    for (const sessionId of sessionIds) {
      const ended = io.in(rooms.session(sessionId));
      ended.emit('session:ended', { reason: ending });
      ended.disconnectSockets(true);
    }
  });
  return io;
}

/** What may be listened to, each behind the same question as the screens. */
function listenActs({ reader, presentIn }: GatewayDeps): Acts {
  return {
    'ward:watch': async ({ wardId }, { user }, socket) => {
      const [ward] = await reader.select().from(wards).where(eq(wards.id, wardId));
      if (!ward || !can(user, 'encounter:read', { siteId: ward.siteId })) return no('not-found');
      await socket.join(rooms.ward(wardId));
      for (const encounterId of await encountersOfWard(reader, wardId)) {
        const present = presentIn(encounterId);
        if (present.length > 0) socket.emit('presence:changed', { encounterId, present });
      }
      return ok(null);
    },
    'ward:leave': async ({ wardId }, _signedIn, socket) => {
      await socket.leave(rooms.ward(wardId));
      return ok(null);
    },
    'encounter:watch': async ({ encounterId }, { user }, socket) => {
      const encounter = await findEncounter(reader, encounterId);
      if (!encounter || !can(user, 'chart:read', { siteId: encounter.siteId })) return no('not-found');
      await socket.join(rooms.encounter(encounterId));
      socket.emit('presence:changed', { encounterId, present: presentIn(encounterId) });
      return ok(null);
    },
    'encounter:leave': async ({ encounterId }, _signedIn, socket) => {
      await socket.leave(rooms.encounter(encounterId));
      return ok(null);
    },
    'patient:watch': async ({ patientId }, { user }, socket) => {
      const patient = await findPatient(reader, patientId, user.siteId);
      if (!patient || !can(user, 'chart:read', patient)) return no('not-found');
      await socket.join(rooms.patient(patientId));
      return ok(null);
    },
    'patient:leave': async ({ patientId }, _signedIn, socket) => {
      await socket.leave(rooms.patient(patientId));
      return ok(null);
    },
  };
}
