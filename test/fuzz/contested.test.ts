import '../support/repeatable.ts';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Client, Server, settleAll } from '../support/controlledNetwork.ts';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/seeds.ts';

const draftId = 'o1';
const key = 'detail';

interface Disagreement {
  path: string;
  values: { value: unknown; user: string; id: [client: number, clock: number] }[];
}

const team = [
  { userId: 'resident', deviceId: 'desktop' },
  { userId: 'resident', deviceId: 'tablet' },
  { userId: 'pharmacist', deviceId: 'desktop' },
  { userId: 'attending', deviceId: 'phone' },
];

const draftIn = (doc: Y.Doc): Y.Map<unknown> => doc.getMap<Y.Map<unknown>>('drafts').get(draftId)!;
const said = (value: unknown): string => JSON.stringify(value ?? null);

/** What a screen shows under the key: one value, or all that are held. */
function shown(doc: Y.Doc): { values: string[]; isContested: boolean } {
  const value = draftIn(doc).get(key);
  if (typeof value !== 'object' || value === null || !('contested' in value))
    return { values: [said(value)], isContested: false };
  const open = doc.getMap<Disagreement>('contested').get(String(value.contested));
  return { values: open?.values.map((held) => said(held.value)) ?? [], isContested: true };
}

/** A set, as the person made it: what they saw when they did, and whether the service has taken it. */
interface SetMade {
  value: string;
  sawValues: string[];
  /** What was in the client's document: sets that are not in it were made at the same time. */
  knew: Map<number, number>;
  at: { client: number; clock: number };
}

class Chooser {
  readonly client: Client;

  constructor(
    server: Server,
    who: (typeof team)[number],
    private readonly made: SetMade[],
  ) {
    this.client = new Client(server, who);
  }

  set(value: unknown): void {
    const { doc } = this.client;
    const at = { client: doc.clientID, clock: Y.getState(doc.store, doc.clientID) };
    const knew = Y.decodeStateVector(Y.encodeStateVector(doc));
    this.made.push({ value: said(value), sawValues: shown(doc).values, knew, at });
    draftIn(doc).set(key, value);
  }
}

/** Whether every set was made by somebody who had all earlier ones before them. */
const isSequential = (made: readonly SetMade[]): boolean =>
  made.every(({ knew }, index) =>
    made.slice(0, index).every(({ at }) => (knew.get(at.client) ?? 0) > at.clock),
  );

async function open(made: SetMade[], people: number): Promise<{ server: Server; choosers: Chooser[] }> {
  const server = await Server.start('orders', (doc) =>
    doc.transact(() => {
      const draft = new Y.Map<unknown>();
      draft.set('category', 'medication');
      doc.getMap('drafts').set(draftId, draft);
    }),
  );
  const choosers = team.slice(0, people).map((who) => new Chooser(server, who, made));
  await settleAll(choosers.map(({ client }) => client));
  return { server, choosers };
}

const nextValue = (random: Random, made: readonly SetMade[]): unknown => {
  if (random.chance(0.12)) return null;
  if (made.length > 0 && random.chance(0.05)) return JSON.parse(random.pick(made).value) as unknown;
  return { dose: { value: String(made.length + 1), unit: 'mg' } };
};

/** Whatever was chosen and taken is shown, or was seen by whoever chose something else. */
async function neverOneSilentWinner(random: Random): Promise<void> {
  const made: SetMade[] = [];
  const { server, choosers } = await open(made, random.between(2, team.length));
  const clients = choosers.map(({ client }) => client);
  const steps = random.between(6, 24);
  for (let step = 0; step < steps; step++) {
    const chooser = random.pick(choosers);
    const { client } = chooser;
    await random.weighted<() => unknown>([
      [5, () => chooser.set(nextValue(random, made))],
      [2, () => (client.isOnline ? client.cut() : client.connect())],
      [3, () => client.connection && client.connection.toServer.length > 0 && client.deliverToServer()],
      [3, () => client.connection && client.connection.toClient.length > 0 && client.deliverToClient()],
      [3, () => server.commit()],
      [3, () => client.exchange()],
      [0.3, () => server.restart('durable').then(() => clients.forEach((each) => each.cut()))],
    ])();
  }
  await settleAll(clients);
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
  const { doc } = await server.folded();
  const now = shown(doc);
  for (const client of clients) expect(shown(client.doc)).toEqual(now);
  if (now.isContested) expect(now.values.length, 'values in a disagreement').toBeGreaterThan(1);
  const open_ = [...doc.getMap<Disagreement>('contested').values()];
  expect(open_.length).toBe(now.isContested ? 1 : 0);

  const words = new Set(server.words);
  const taken = made.filter(({ value }) => value === 'null' || words.has(value));
  const silent = taken.filter(
    ({ value }) =>
      value !== 'null' &&
      !now.values.includes(value) &&
      !made.some(({ sawValues }) => sawValues.includes(value)),
  );
  expect(silent, 'chosen, taken, and gone without anybody having seen it').toEqual([]);
  if (isSequential(made)) expect(server.markersEver, 'an alarm where nobody disagreed').toBe(0);
}

/** One after the other: by somebody who is up to date, or by one client several times while offline. */
async function neverAFalseAlarm(random: Random): Promise<void> {
  const made: SetMade[] = [];
  const { server, choosers } = await open(made, random.between(1, team.length));
  const clients = choosers.map(({ client }) => client);
  const turns = random.between(2, 5);
  for (let turn = 0; turn < turns; turn++) {
    const chooser = random.pick(choosers);
    const isOffline = random.chance(0.5);
    if (isOffline) chooser.client.cut();
    const sets = random.between(1, 3);
    for (let index = 0; index < sets; index++) chooser.set(nextValue(random, made));
    if (isOffline && random.chance(0.3)) chooser.client.reload();
    if (random.chance(0.1)) {
      await settleAll(clients);
      await server.restart('lost', random.chance(0.5));
      for (const client of clients) client.cut();
    }
    await settleAll(clients);
  }
  expect(isSequential(made)).toBe(true);
  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(server.markersEver).toBe(0);
  for (const client of clients)
    expect(shown(client.doc)).toEqual({ values: [made.at(-1)!.value], isContested: false });
}

describe('10,000 ways in which two or three people choose the same value', () => {
  it('never one silent winner', async () => {
    expect(await forSeeds({ count: 7_000 }, neverOneSilentWinner)).toBeGreaterThan(0);
  });

  it('never an alarm when one comes after the other, nor on one client’s three sets while offline', async () => {
    expect(await forSeeds({ count: 3_000 }, neverAFalseAlarm)).toBeGreaterThan(0);
  });
});
