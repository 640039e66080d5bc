import '../support/repeatable.ts';
import { describe, expect, it } from 'vitest';
import type * as Y from 'yjs';
import { noteContent, writeNewNote } from '../../shared/documents/note.ts';
import { contentHashNow } from '../../server/log/contentHash.ts';
import type { Sealed } from '../../server/log/sealing.ts';
import { Client, microtasks, Server, settleAll } from '../support/controlledNetwork.ts';
import { Characters, editOnce, visibleIn } from '../support/honestEdits.ts';
import type { Random } from '../support/random.ts';
import { forSeeds, report } from '../support/seeds.ts';

const steps = 70;
const seen = { signed: 0, changed: 0, takenBack: 0, late: 0 };

const hashOf = (doc: Y.Doc): string => contentHashNow(noteContent(doc));
const request = (actId: string, doc: Y.Doc) => ({
  actId,
  author: { userId: 'attending', deviceId: 'desktop' },
  expected: { note: hashOf(doc) },
  views: (now: Y.Doc) => ({ note: noteContent(now) }),
  whole: true,
});

/** Three people type, one of them signs what she sees; every frame and every commit comes when it comes. */
async function sign(isPaced: boolean, random: Random): Promise<void> {
  const characters = new Characters();
  const sections = [{ id: 's1', title: 'Plan', rank: 'a' }];
  const server = await Server.start('note', (doc) => writeNewNote(doc, sections));
  server.log.isPaced = isPaced;
  const clients = ['attending', 'nurse', 'resident'].map(
    (userId) => new Client(server, { userId, deviceId: 'desktop', isWatched: false }),
  );
  const [signer] = clients as [Client];
  await settleAll(clients);
  const gone = new Set<string>();
  const type = (client: Client): void => {
    const before = visibleIn(client.doc, 'note');
    editOnce(client.doc, 'note', { random, characters });
    const after = visibleIn(client.doc, 'note');
    for (const character of before) if (!after.has(character)) gone.add(character);
  };
  let acts = 0;
  let signed: string | null = null;
  let pending: { saw: string; actId: string; answer: Promise<{ ok: boolean }> } | null = null;

  const settle = async (): Promise<void> => {
    if (!pending) return;
    const { saw, actId, answer } = pending;
    pending = null;
    await server.commit();
    const result = (await answer) as { ok: true; value: Sealed } | { ok: false };
    if (!result.ok) return void seen.changed++;
    // What was signed is what the signer saw.
    expect(contentHashNow(result.value.views.note)).toBe(saw);
    if (random.chance(0.3)) {
      seen.takenBack++;
      const undone = server.document.unseal(actId, { userId: 'attending', deviceId: 'desktop' });
      await server.commit();
      return undone;
    }
    seen.signed++;
    signed = saw;
  };

  for (let step = 0; step < steps; step++) {
    const client = random.pick(clients);
    await random.weighted<() => unknown>([
      [25, () => type(client)],
      [25, () => client.connection && client.connection.toServer.length > 0 && client.deliverToServer()],
      [25, () => client.connection && client.connection.toClient.length > 0 && client.deliverToClient()],
      [8, () => server.commit()],
      [
        signed === null && pending === null ? 6 : 0,
        async () => {
          const actId = `act-${++acts}`;
          const saw = hashOf(signer.doc);
          pending = { saw, actId, answer: server.document.seal(request(actId, signer.doc)) };
          await microtasks();
        },
      ],
      [pending === null ? 0 : 6, settle],
    ])();
  }
  await settle();
  await settleAll(clients);

  const { doc } = await server.folded();
  if (signed !== null) expect(hashOf(doc), 'the signed text').toBe(signed);
  const refused = clients.flatMap(({ refusals }) => refusals);
  // What follows a refused update may hang on it: a connection does not read it any more.
  const firsts = clients.flatMap(({ refusals }) => refusals.slice(0, 1));
  expect(firsts.filter((reason) => reason !== 'sealed')).toEqual([]);
  if (acts === 0) expect(refused).toEqual([]);
  seen.late += refused.length;
  // What came too late is in nobody's document by accident, and in quarantine whole.
  const there = visibleIn(doc, 'note');
  const kept = new Set(clients.flatMap((client) => [...client.kept]));
  const rescued = new Set(server.rescues.flatMap(({ text }) => [...text]));
  const lost = characters.typed.filter((each) => ![there, kept, gone, rescued].some((set) => set.has(each)));
  expect(lost).toEqual([]);
}

describe('a note that is signed while others type', () => {
  it.each([
    ['few', false],
    ['many', true],
  ])(
    'says for ever what its signer saw, and what came late is kept aside: %s readers',
    async (_how, isPaced) => {
      Object.assign(seen, { signed: 0, changed: 0, takenBack: 0, late: 0 });
      const tried = await forSeeds({ count: 400 }, (random) => sign(isPaced, random));
      report(
        `${tried} interleavings: ${seen.signed} signed, ${seen.changed} had changed, ${seen.takenBack} taken back, ${seen.late} updates too late`,
      );
      expect(Math.min(seen.signed, seen.changed, seen.takenBack, seen.late)).toBeGreaterThan(0);
    },
  );
});
