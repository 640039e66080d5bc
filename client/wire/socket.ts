import { io, type Socket } from 'socket.io-client';
import type {
  Announcement,
  Answer,
  ClientToServer,
  RequestName,
  RequestOf,
  ServerToClient,
} from '../../shared/wire/events.ts';
import { LateNews, onSignedInAgain } from './again.ts';
import { clock } from './clock.svelte.ts';
import { connection } from './connection.svelte.ts';
import { presence } from './presence.svelte.ts';

type Watch = { [R in RequestName]: { request: R; payload: RequestOf<R> } }[RequestName];

let socket: Socket<ServerToClient, ClientToServer> | null = null;
/** Asked for again after each reconnection: the server forgets a socket that is gone. */
const watches = new Map<string, Watch>();
const answerMs = 10_000;

/**
 * Opens the announcement socket of the session.
 * @param goesOn asked when the service let it go, or would not have it: whether that was only the socket of a session
 *   that a newer one of the same person has replaced, whenever the one and the other were heard of
 */
export function openSocket(goesOn: () => Promise<boolean>): () => void {
  const opened: Socket<ServerToClient, ClientToServer> = io({
    transports: ['websocket'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 2_000,
  });
  socket = opened;
  const lost = () => connection.closed(clock.nowMs);
  const letGo = new LateNews(goesOn, () => opened.connect());
  opened.on('connect', () => {
    connection.opened();
    for (const watch of watches.values()) send(opened, watch);
  });
  opened.on('disconnect', (reason) => {
    lost();
    // After this reason the client library does not reconnect by itself.
    if (reason === 'io server disconnect') void letGo.heard();
  });
  opened.on('connect_error', () => {
    lost();
    // `active` is false when the server said no, true when the line failed and it will try again.
    if (!opened.active) void letGo.heard();
  });
  window.addEventListener('offline', lost);
  const stopWaiting = onSignedInAgain(() => opened.connect());
  opened.on('presence:changed', ({ encounterId, present }) => presence.set(encounterId, present));
  for (const [event, listener] of pending) opened.on(event, listener as never);
  return () => {
    window.removeEventListener('offline', lost);
    stopWaiting();
    letGo.stop();
    opened.disconnect();
    watches.clear();
    if (socket === opened) socket = null;
    connection.reset();
    presence.clear();
  };
}

const pending = new Set<readonly [Announcement, (payload: never) => void]>();

/** Listens to one announcement, also across sockets. Returns how to stop. */
export function onAnnouncement<E extends Announcement>(event: E, listener: ServerToClient[E]): () => void {
  const entry = [event, listener as (payload: never) => void] as const;
  pending.add(entry);
  socket?.on(event, listener as never);
  return () => {
    pending.delete(entry);
    socket?.off(event, listener as never);
  };
}

/** Watches a ward or an encounter for as long as the caller wants. */
export function watchWard(wardId: string): () => void {
  return watch(
    { request: 'ward:watch', payload: { wardId } },
    { request: 'ward:leave', payload: { wardId } },
  );
}

export function watchEncounter(encounterId: string): () => void {
  return watch(
    { request: 'encounter:watch', payload: { encounterId } },
    { request: 'encounter:leave', payload: { encounterId } },
  );
}

export function watchPatient(patientId: string): () => void {
  return watch(
    { request: 'patient:watch', payload: { patientId } },
    { request: 'patient:leave', payload: { patientId } },
  );
}

/** How many parts of the screen watch the same thing: the last one to leave ends it. */
const watchers = new Map<string, number>();

function watch(begin: Watch, end: Watch): () => void {
  const key = JSON.stringify(begin);
  watchers.set(key, (watchers.get(key) ?? 0) + 1);
  watches.set(key, begin);
  if (socket?.connected) send(socket, begin);
  return () => {
    const left = (watchers.get(key) ?? 1) - 1;
    if (left > 0) {
      watchers.set(key, left);
      return;
    }
    watchers.delete(key);
    watches.delete(key);
    if (socket?.connected) send(socket, end);
  };
}

/** The one request shape that all of them share: which payload goes with which name is settled by `Watch`. */
interface Line {
  emit(name: RequestName, payload: unknown, answered: (error: Error | null, answer?: Answer) => void): void;
}

/** A refusal is shown by the page's own request, an answer that never comes by the connection state. */
function send(to: Socket<ServerToClient, ClientToServer>, { request, payload }: Watch): void {
  const line = to.timeout(answerMs) as unknown as Line;
  line.emit(request, payload, () => {});
}
