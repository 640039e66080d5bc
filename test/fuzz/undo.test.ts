import '../support/repeatable.ts';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { writeNewNote } from '../../shared/documents/note.ts';
import { Client, Server, settleAll } from '../support/controlledNetwork.ts';
import { bodiesOf, Characters, contentOf, editOnce } from '../support/honestEdits.ts';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/seeds.ts';

const stepsPerSeed = 220;
const sections = [{ id: 's1', title: 's1', rank: 's1' }];

/** Three who undo and redo nearly as often as they write, while links break. */
async function backAndForth(random: Random): Promise<void> {
  const characters = new Characters();
  const server = await Server.start('note', (doc) => writeNewNote(doc, sections));
  const clients = ['nurse', 'resident', 'attending'].map(
    (userId) => new Client(server, { userId, deviceId: 'desktop', isWatched: false }),
  );
  await settleAll(clients);
  const undos = clients.map(
    ({ doc }) =>
      new Y.UndoManager(bodiesOf(doc, 'note'), {
        captureTimeout: random.chance(0.5) ? 0 : 500,
        trackedOrigins: new Set(['typing']),
      }),
  );
  const anyFrame = (way: 'toServer' | 'toClient'): Client | null => {
    const some = clients.filter(({ connection }) => connection && connection[way].length > 0);
    return some.length > 0 ? random.pick(some) : null;
  };
  for (let step = 0; step < stepsPerSeed; step++) {
    const who = random.below(clients.length);
    const client = clients[who]!;
    const act = (): void => {
      if (random.chance(0.25)) undos[who]!.undo();
      else if (random.chance(0.2)) undos[who]!.redo();
      else editOnce(client.doc, 'note', { random, characters });
    };
    await random.weighted<() => unknown>([
      [30, act],
      [30, () => anyFrame('toServer')?.deliverToServer()],
      [30, () => anyFrame('toClient')?.deliverToClient()],
      [15, () => server.commit()],
      [3, () => (client.isOnline ? client.cut() : client.connect())],
      [8, () => client.isOnline || client.connect()],
      [4, () => client.exchange()],
    ])();
  }
  await settleAll(clients);
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(server.faults.map(String)).toEqual([]);
  const { doc } = await server.folded();
  const content = contentOf(doc, 'note');
  for (const client of clients) expect(contentOf(client.doc, 'note')).toBe(content);
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  expect(contentOf(copy, 'note')).toBe(content);

  // Whoever repeats all that they know, in the form in which their own client has it, says nothing new.
  for (const client of clients)
    server.document.receive(client.connection!.peer, 'update', Y.encodeStateAsUpdate(client.doc));
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
}

describe('undo and redo, many times over, while others write', () => {
  it('is taken, and everybody reads the same', async () => {
    const known = [44, 1000, 1193, 1953];
    expect(await forSeeds({ count: 40, known }, backAndForth)).toBeGreaterThan(0);
  });
});
