import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { initialsOf } from '../../shared/access/presenceColours.ts';
import type { DocumentAccess } from '../../shared/documents/registry.ts';
import { closeReasons, type CloseReason } from '../../shared/wire/closeReasons.ts';
import { auditRow } from '../audit/trail.ts';
import type { Auth } from '../auth/auth.ts';
import { actorOf, isOf, type SignedIn } from '../auth/signedIn.ts';
import type { Deps } from '../deps.ts';
import { connect } from './connection.ts';
import type { RefusalReason } from './refusalReasons.ts';
import type { LiveDocument } from './liveDocument.ts';
import { LiveDocuments, type LiveDocumentsDeps } from './liveDocuments.ts';
import type { Peer } from './peer.ts';
import { Pings } from './pings.ts';
import { Quarantine, quarantineBudget } from './quarantine.ts';
import { roomAccess, type RoomAccess } from './roomAccess.ts';
import { Settlement } from './settlement.ts';

export const collabPath = '/collab/';

/** One frame; the largest honest one is a tablet's first sync after a long time offline. */
const maxPayload = 16 * 1024 * 1024;
/** A session's open sockets are looked at again this often, besides being told of its end. */
const recheckMs = 1_500;
/** Whoever does not answer a close is cut off after this. */
const closeWithinMs = 5_000;
const touchEveryMs = 60_000;

export interface CollabDeps
  extends Deps, Pick<LiveDocumentsDeps, 'onChanged' | 'findSealOutcome' | 'onAllLeft'> {
  auth: Auth;
  isOwnOrigin(origin: string): boolean;
  /** An update was refused: counted, for many of one kind mean an attack or a broken client. */
  onRefused(reason: RefusalReason): void;
  /** Somebody came, moved or went in a document of this encounter. */
  onPresence(encounterId: string): void;
}

interface OpenSocket {
  socket: WebSocket;
  peer: Peer;
  document: LiveDocument;
  sessionId: string;
  user: SignedIn['user'];
  room: RoomAccess;
}

/** The collaboration socket: who may come in, and whom to let go. */
export class CollabServer {
  readonly documents: LiveDocuments;
  readonly #sockets = new Set<OpenSocket>();
  readonly #comingIn = new Set<ComingIn>();
  readonly #server: WebSocketServer;
  readonly #recheckTimer: NodeJS.Timeout;
  readonly #pings = new Pings();
  readonly #mayBeKept = quarantineBudget();
  #closing = false;

  constructor(private readonly deps: CollabDeps) {
    const options = {
      noServer: true,
      maxPayload,
      perMessageDeflate: false,
      // Answered by the connection, which keeps the pace.
      autoPong: false,
      closeTimeout: closeWithinMs,
    };
    this.#server = new WebSocketServer(options);
    this.documents = new LiveDocuments({
      log: deps.log,
      now: deps.now,
      newId: deps.newId,
      findSealOutcome: deps.findSealOutcome,
      onFault: (room, error) =>
        deps.logger.error({ err: error, room }, 'a document failed and was put aside'),
      onChanged: deps.onChanged,
      onAllLeft: deps.onAllLeft,
      onPresence: (room) => deps.onPresence(room.slice(0, room.indexOf('/'))),
    });
    deps.auth.onEnded(({ sessionIds }) => this.#end(new Set(sessionIds)));
    this.#recheckTimer = setInterval(() => void this.#recheckAll(), recheckMs);
    this.#recheckTimer.unref();
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Everything is decided before the upgrade ends, so no frame is read from a stranger; a no is a close code. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Until the WebSocket takes over, a reset must not become an unhandled error.
    const ignore = (): void => {};
    socket.on('error', ignore);
    const coming: ComingIn = { encounterId: null, isOutdated: false };
    this.#comingIn.add(coming);
    let admission: Admission | CloseReason;
    try {
      admission = this.#closing ? 'restarting' : await this.#admit(request, coming);
    } catch (error) {
      this.deps.logger.error({ err: error }, 'a document could not be opened');
      admission = 'fault';
    }
    socket.off('error', ignore);
    if (!socket.destroyed) this.#answer(request, socket, head, coming.isOutdated ? 'restarting' : admission);
    this.#comingIn.delete(coming);
    // Whoever has gone by now, or does not speak the protocol, has left nobody in it.
    if (typeof admission !== 'string') this.#leaveEmpty(admission.document);
  }

  #answer(request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission | CloseReason): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      // Also for who is turned away: they may send anything until the socket is closed, and nobody else would listen.
      webSocket.on('error', (error) => this.deps.logger.debug({ err: error }, 'socket error'));
      if (typeof admission === 'string') {
        const { code, words } = closeReasons[admission];
        return webSocket.close(code, words);
      }
      this.#welcome(webSocket, socket, admission);
    });
  }

  async #admit(request: IncomingMessage, coming: ComingIn): Promise<Admission | CloseReason> {
    const url = new URL(request.url ?? '', 'http://localhost');
    const { origin } = request.headers;
    if (origin !== undefined && !this.deps.isOwnOrigin(origin)) return 'forbidden';
    const ticket = url.searchParams.get('ticket');
    const signedIn =
      ticket === null
        ? await this.deps.auth.authenticate(request.headers.cookie, { extend: false })
        : await this.deps.auth.redeemTicket(ticket);
    if (!signedIn) return ticket === null ? 'unauthenticated' : 'ticket';
    if (!isOf(signedIn, url.searchParams.get('user'))) return 'unauthenticated';
    const name = decodeRoom(url.pathname);
    coming.encounterId = name?.split('/')[0] ?? null;
    const room = name === null ? null : await roomAccess(this.deps.reader, name, signedIn.user);
    await this.#audit(signedIn, room);
    if (!room) return 'forbidden';
    const document = await this.documents.open(room.name, room.type);
    let admission: Admission | null = null;
    try {
      const asked = Number(url.searchParams.get('epoch') ?? document.epoch);
      if (asked < document.epoch) return 'epoch';
      // The session may have ended while the document was opened, before there was a socket to close.
      if (!(await this.deps.auth.isLive(signedIn.sessionId))) return 'unauthenticated';
      const access = accessOfClient(room, Number(url.searchParams.get('schema') ?? 1));
      const extended = url.searchParams.get('ext') === '1';
      return (admission = { signedIn, room: { ...room, access }, document, extended });
    } finally {
      if (admission === null) this.#leaveEmpty(document);
    }
  }

  /** A document is opened only when its row in the trail is durable. */
  async #audit(signedIn: SignedIn, room: RoomAccess | null): Promise<void> {
    const event = auditRow({
      action: room ? 'document:opened' : 'access:refused',
      outcome: room ? 'success' : 'refused',
      actor: actorOf(signedIn),
      at: this.deps.now(),
      patientId: room?.patientId ?? null,
      encounterId: room?.room.encounterId ?? null,
      entity: room?.name ?? collabPath,
    });
    await this.deps.writer.commit({ statements: [], chained: [event] });
  }

  #welcome(socket: WebSocket, wire: Duplex, { signedIn, room, document, extended }: Admission): void {
    if (document.isDead || this.#closing) return socket.close(closeReasons.restarting.code);
    const { user, deviceId, sessionId } = signedIn;
    const { encounterId } = room.room;
    const quarantine = new Quarantine(
      this.deps,
      { room: room.name, epoch: document.epoch, encounterId, patientId: room.patientId },
      actorOf(signedIn),
      this.#mayBeKept,
    );
    let touchedAt = 0;
    const peer = connect(
      socket,
      wire,
      document,
      {
        user: {
          id: user.id,
          name: user.name,
          role: user.role,
          initials: initialsOf(user.name),
          colour: this.documents.colourOf(encounterId, user.id),
        },
        deviceId,
        extended,
        settlement: new Settlement(),
        access: room.access,
      },
      {
        logger: this.deps.logger,
        quarantine,
        onRefused: this.deps.onRefused,
        touched: () => {
          const now = this.deps.now().getTime();
          if (now - touchedAt < touchEveryMs) return;
          touchedAt = now;
          void this.deps.auth
            .touch(sessionId)
            .catch((error) => this.deps.logger.error({ err: error }, 'touch failed'));
        },
      },
    );
    const open: OpenSocket = { socket, peer, document, sessionId, user, room };
    this.#sockets.add(open);
    this.deps.onPresence(encounterId);
    this.#pings.watch(socket, () => document.askWhetherThere(peer));
    socket.on('close', () => {
      this.#sockets.delete(open);
      void this.documents
        .leave(document, peer)
        .catch((error) =>
          this.deps.logger.error({ err: error, room: room.name }, 'a document could not be put away'),
        )
        .finally(() => this.deps.onPresence(encounterId));
    });
  }

  #leaveEmpty(document: LiveDocument): void {
    this.documents
      .leaveEmpty(document)
      .catch((error: unknown) =>
        this.deps.logger.error({ err: error, room: document.room }, 'a document could not be put away'),
      );
  }

  #end(sessionIds: ReadonlySet<string>): void {
    for (const open of this.#sockets)
      if (sessionIds.has(open.sessionId)) this.#letGo(open, 'unauthenticated');
  }

  /** Nothing of what still arrives is read, and the others no longer see them, whenever the close is answered. */
  #letGo({ peer, socket, document }: OpenSocket, reason: CloseReason): void {
    peer.close(reason);
    socket.removeAllListeners('message');
    document.leave(peer);
  }

  /**
   * Something about these encounters has changed. Who may no longer be there goes; where it is another patient's chart
   * now, people come back by themselves, so that the trail says whose chart they have open.
   */
  async reconsider(encounterIds: readonly string[]): Promise<void> {
    for (const coming of this.#comingIn)
      if (coming.encounterId !== null && encounterIds.includes(coming.encounterId)) coming.isOutdated = true;
    for (const open of this.#sockets) {
      if (!encounterIds.includes(open.room.room.encounterId)) continue;
      const room = await roomAccess(this.deps.reader, open.room.name, open.user);
      if (!room) this.#letGo(open, 'forbidden');
      else if (room.patientId !== open.room.patientId) this.#letGo(open, 'restarting');
    }
  }

  async #recheckAll(): Promise<void> {
    const sessions = new Map([...this.#sockets].map(({ sessionId, user }) => [sessionId, user]));
    if (sessions.size === 0) return;
    const lookedAt = (error: unknown): void =>
      this.deps.logger.error({ err: error }, 'a session could not be looked at again');
    const live = await this.deps.auth.liveAmong([...sessions.keys()]).catch(lookedAt);
    if (!live) return;
    for (const [sessionId, before] of sessions)
      await this.#recheck(sessionId, before, live.get(sessionId)).catch(lookedAt);
  }

  async #recheck(
    sessionId: string,
    before: SignedIn['user'],
    now: Pick<SignedIn['user'], 'role' | 'siteId'> | undefined,
  ): Promise<void> {
    if (!now) {
      if (!(await this.deps.auth.isLive(sessionId))) this.#end(new Set([sessionId]));
    } else if (now.role !== before.role || now.siteId !== before.siteId) {
      await this.deps.auth.endSessionsOf(before.id);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#recheckTimer);
    this.#pings.stop();
    await this.documents.close();
    for (const { socket } of this.#sockets)
      socket.close(closeReasons.restarting.code, closeReasons.restarting.words);
    this.#server.close();
  }
}

/** Somebody who is being let in. */
interface ComingIn {
  /** Whose chart they ask for, once that is known. */
  encounterId: string | null;
  /** What was found about it may be true no more: they come again. */
  isOutdated: boolean;
}

interface Admission {
  signedIn: SignedIn;
  room: RoomAccess;
  document: LiveDocument;
  extended: boolean;
}

const decodeRoom = (path: string): string | null => {
  try {
    return decodeURIComponent(path.slice(collabPath.length));
  } catch {
    return null;
  }
};

/** A client that knows only an older schema would drop what it does not know: it reads. */
const accessOfClient = ({ access, type }: RoomAccess, schema: number): DocumentAccess =>
  schema >= type.schema || access.mode === 'read' ? access : { mode: 'read', reason: 'app-too-old' };
