import * as Y from 'yjs';
import type { Contender } from '../contenders/contender.ts';
import { pause, until } from '../measure/process.ts';
import { noteRoots } from '../../../shared/documents/note.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { Client } from './client.ts';
import { Room } from './room.ts';

/** Longer than a healthy server takes for anything, ms. */
const patienceMs = 60_000;
/** Sockets that are opened at once. */
const together = 50;

const late = (contender: Contender, what: string): Error =>
  new Error(`${contender.name}: ${what} did not end within ${patienceMs / 1000} s.`);

export async function within<T>(contender: Contender, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(contender, what)), patienceMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** So many clients in one room, each with a paragraph of their own that everybody has seen. */
export async function gather(contender: Contender, roomIndex: number, size: number): Promise<Client[]> {
  const room = new Room(contender.room(roomIndex));
  const first = new Client(contender, room, { number: 0 });
  await within(contender, 'opening', first.ready);
  if (contender.seed) first.sendUpdate(contender.seed.bytes);
  const clients = [first];
  for (let from = 1; from < size; from += together) {
    const next = Array.from(
      { length: Math.min(together, size - from) },
      (_, index) => new Client(contender, room, { number: from + index }),
    );
    clients.push(...next);
    await within(contender, 'opening', Promise.all(next.map((client) => client.ready)));
  }
  for (const client of clients) client.open();
  if (!(await arrived([room]))) throw late(contender, 'arriving of everybody');
  return clients;
}

/** Two, say, in each of many rooms. */
export async function gatherMany(
  contender: Contender,
  rooms: { from: number; count: number },
  size: number,
): Promise<Client[][]> {
  const companies: Client[][] = [];
  for (let from = 0; from < rooms.count; from += together) {
    const indexes = Array.from(
      { length: Math.min(together, rooms.count - from) },
      (_, index) => rooms.from + from + index,
    );
    companies.push(...(await Promise.all(indexes.map((index) => gather(contender, index, size)))));
  }
  return companies;
}

/** Whether everybody has everything now, or soon. */
export const arrived = (rooms: readonly Room[], withinMs = patienceMs): Promise<boolean> =>
  until(() => rooms.every((room) => room.missing === 0), withinMs);

export function leave(clients: readonly Client[]): void {
  for (const client of clients) client.close();
}

/**
 * The document as somebody gets it who opens it now.
 * @param patienceMs how long more may come after the server has said "this is all", as from those that say so early
 */
export async function openDocument(contender: Contender, roomName: string, patienceMs = 0): Promise<Y.Doc> {
  const doc = emptyDocument(noteRoots);
  const client = new Client(contender, new Room(roomName), {
    number: 0,
    onUpdate: (update) => Y.applyUpdate(doc, update),
  });
  await within(contender, 'opening', client.ready);
  if (patienceMs > 0) await pause(patienceMs);
  client.close();
  return doc;
}

/** What is not in a room's document though its clients wrote it, edits; asked by a client that has just come. */
export async function lostEdits(contender: Contender, room: Room): Promise<number> {
  if (!contender.keepsDocuments) return 0;
  const doc = await openDocument(contender, room.name);
  let lost = 0;
  for (const { clientId, ends } of room.authors) {
    const clock = Y.getState(doc.store, clientId);
    lost += ends.filter((end) => end > clock).length;
  }
  doc.destroy();
  return lost;
}

export interface Steadily {
  perSecond: number;
  ms: number;
  /** Whether each character comes with where its author's caret is then, as from an editor. */
  carets?: boolean;
}

/** Everybody types so many characters a second, each at their own moment, for so long. */
export async function typeSteadily(
  clients: readonly Client[],
  { perSecond, ms, carets = false }: Steadily,
): Promise<void> {
  const periodMs = 1000 / perSecond;
  const phases = clients
    .map((client) => ({ client, phase: Math.random() * periodMs }))
    .toSorted((a, b) => a.phase - b.phase);
  const startedAt = performance.now();
  for (let key = 0; ; key++) {
    const { client, phase } = phases[key % phases.length]!;
    const due = startedAt + Math.floor(key / phases.length) * periodMs + phase;
    if (due > startedAt + ms) return;
    const wait = due - performance.now();
    if (wait > 0) await pause(Math.max(1, wait));
    client.type();
    if (carets) client.showCaret();
  }
}
