import '../support/repeatable.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { noteRoom } from '../../shared/documents/room.ts';
import { quarantine, rescues } from '../../server/log/tables.ts';
import { pause } from '../bench/measure/process.ts';
import { ChaosProxy, linkFaults } from '../support/chaosProxy.ts';
import { encounterId } from '../support/chart.ts';
import { documentInLog, startWithChart, withReader } from '../support/chartService.ts';
import { eventually } from '../support/eventually.ts';
import { Characters, charactersIn, contentOf, editOnce, visibleIn } from '../support/honestEdits.ts';
import { testPassword } from '../support/people.ts';
import { openPeer, type Peer } from '../support/provider.ts';
import { Random } from '../support/random.ts';
import { forSeeds, report, scaled } from '../support/seeds.ts';
import type { Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { Tally } from '../support/tally.ts';

const team = ['attending', 'resident', 'nurse', 'pharmacist', 'physiotherapist', 'socialworker'];
/** Spells of typing under faults; in every fourth the service dies too. More with `COCHART_FUZZ`. */
const rounds = scaled(8);
const editsPerRound = 60;
const withinMs = 120_000 + rounds * 15_000;

interface Author {
  name: string;
  peer: Peer;
  /** Of who asked for acknowledgements. */
  tally: Tally | null;
  /** Of each update, in order: the characters typed in it, and this client's clock after it. */
  edits: { characters: string[]; clock: number }[];
}

/**
 * What somebody typed, or moved, without a connection into a line that another had deleted dies in their own document
 * when the deletion arrives there before the service has had the text. Yjs sends it no more: only the client could
 * keep it. What had been called durable by then is the service's to give back, and is not passed over.
 */
function noteMergedAway({ peer: { doc }, tally, edits }: Author, gone: Set<string>): void {
  doc.on('afterTransaction', ({ local, deleteSet }: Y.Transaction) => {
    if (local) return;
    const durable = tally && tally.acknowledged > 0 ? edits[tally.acknowledged - 1]!.clock : 0;
    const structs = doc.store.clients.get(doc.clientID) ?? [];
    for (const { clock, len } of deleteSet.clients.get(doc.clientID) ?? []) {
      for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
        const struct = structs[at]!;
        if (struct.id.clock >= clock + len) break;
        // What stood in it dies as an item of its own.
        if (!(struct instanceof Y.Item) || struct.content instanceof Y.ContentType) continue;
        if (struct.id.clock + struct.length <= durable) continue;
        const words = JSON.stringify(struct.content.getContent());
        for (const character of charactersIn(words)) gone.add(character);
      }
    }
  });
}

/** How often each character stands in a note: who moves a line while another does leaves two of it. */
function counted(doc: Y.Doc): Map<string, number> {
  const counts = new Map<string, number>();
  for (const character of contentOf(doc, 'note')) counts.set(character, (counts.get(character) ?? 0) + 1);
  return counts;
}

describe('six people type into one note through a network that fails', () => {
  let service: Service;
  const cookies = new Map<string, string>();
  beforeAll(async () => {
    service = await startWithChart({ env: { LOG_LEVEL: 'fatal' } });
    for (const name of team) cookies.set(name, await signIn(service.url, name, testPassword));
  });
  afterAll(() => service.close());

  async function newNote(): Promise<string> {
    const post = asSignedIn(service.url, cookies.get('attending')!);
    const answer = await post(`/api/encounters/${encounterId}/notes`, {
      method: 'POST',
      body: { kind: 'multidisciplinary' },
    });
    return noteRoom(encounterId, ((await answer.json()) as { noteId: string }).noteId);
  }

  it(
    'and the service is killed now and then: all come to the same text, nothing is lost',
    { timeout: withinMs },
    async () => {
      await forSeeds({ count: 1, from: Math.floor(Math.random() * 1e6) }, async (random) => {
        const room = await newNote();
        const proxy = await ChaosProxy.start(() => service.port, new Random(random.seed + 1));
        const authors: Author[] = team.map((name, index) => {
          // Every other one is a stock client, which knows nothing of acknowledgements.
          const ext = index % 2 === 0;
          const peer = openPeer({ url: proxy.url, room, cookie: cookies.get(name)!, ext });
          peer.provider.maxBackoffTime = 150;
          return { name, peer, tally: ext ? new Tally(peer) : null, edits: [] };
        });
        try {
          const characters = new Characters();
          const gone = new Set<string>();
          for (const author of authors) {
            const { doc, provider } = author.peer;
            // Yjs tidies up marks of its own accord too: an update without a character, which is acknowledged as well.
            doc.on('update', (_update: Uint8Array, origin: unknown) => {
              if (origin === provider) return;
              author.edits.push({ characters: [], clock: Y.getState(doc.store, doc.clientID) });
            });
            noteMergedAway(author, gone);
          }
          let faults = 0;
          let kills = 0;
          const isHere = (): boolean => authors.every(({ peer }) => peer.provider.synced);
          await eventually(() => expect(isHere()).toBe(true));

          const type = (author: Author): void => {
            const { doc } = author.peer;
            const before = counted(doc);
            const from = characters.typed.length;
            const updates = author.edits.length;
            editOnce(doc, 'note', { random, characters });
            const after = counted(doc);
            for (const [character, count] of before)
              if ((after.get(character) ?? 0) < count) gone.add(character);
            if (author.edits.length > updates)
              author.edits.at(-1)!.characters.push(...characters.typed.slice(from));
          };
          /** What is in nobody's hands: not in the log's text, deleted by nobody, not given back to its author. */
          const lost = async (written: Iterable<string>): Promise<string[]> => {
            const visible = visibleIn(await documentInLog(service.folder, room), 'note');
            const rows = await withReader(service.folder, async (reader) => reader.select().from(rescues));
            const rescued = charactersIn(rows.map(({ text }) => text).join(''));
            return [...written].filter((each) => !visible.has(each) && !gone.has(each) && !rescued.has(each));
          };

          for (let round = 0; round < rounds; round++) {
            proxy.weather = random.pick([
              {},
              { delayMs: [0, 30] as const },
              { delayMs: [5, 80] as const },
              { bytesPerSecond: 20_000 },
            ]);
            const dies = round % 4 === 2;
            for (let edit = 0; edit < editsPerRound; edit++) {
              type(random.pick(authors));
              if (random.chance(0.12) && proxy.strike(random.pick(linkFaults))) faults++;
              if (random.chance(0.5)) await pause(random.below(12));
              if (dies && edit === editsPerRound / 2) {
                await service.kill9();
                kills++;
                const acknowledged = authors.flatMap(({ tally, edits }) =>
                  edits.slice(0, tally?.acknowledged ?? 0).flatMap(({ characters }) => characters),
                );
                // What was called durable, and is not in the log.
                expect(await lost(acknowledged)).toEqual([]);
              }
            }
            if (dies) await service.restart();
            proxy.heal();
            if (random.chance(0.6)) await eventually(() => expect(isHere()).toBe(true));
          }

          proxy.heal();
          await eventually(() => {
            // A link that has gone silent again would be found dead by its client after half a minute.
            proxy.heal();
            expect(isHere()).toBe(true);
            for (const { tally } of authors) if (tally) expect(tally.acknowledged).toBe(tally.written);
          });
          const inLog = async (): Promise<string> =>
            contentOf(await documentInLog(service.folder, room), 'note');
          await eventually(async () => {
            const text = await inLog();
            for (const { peer } of authors) expect(contentOf(peer.doc, 'note')).toBe(text);
          });
          expect(await lost(characters.typed)).toEqual([]);
          const refused = await withReader(service.folder, async (reader) =>
            reader.select().from(quarantine),
          );
          expect(refused.map(({ reason }) => reason)).toEqual([]);
          expect(authors.flatMap(({ peer }) => peer.closes).filter((code) => code >= 4400)).toEqual([]);
          expect(faults).toBeGreaterThan(rounds);
          report(
            `Seed ${random.seed}: ${characters.typed.length} characters, ${faults} faults, ${kills} kills, ` +
              `${authors.reduce((sum, { peer }) => sum + peer.closes.length, 0)} connections lost; nothing else.`,
          );
        } finally {
          for (const { peer } of authors) peer.close();
          await proxy.close();
        }
      });
      const { code, stdout } = await service.command(['verify']);
      expect({ code, isWhole: stdout.includes('all as they were written') }).toEqual({
        code: 0,
        isWhole: true,
      });
    },
  );
});
