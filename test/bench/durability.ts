import * as Y from 'yjs';
import type { Bench, BenchQuestion } from './bench.ts';
import type { Contender, ContenderName } from './contenders/contender.ts';
import { withContenders } from './contenders/start.ts';
import { number, table } from './measure/markdown.ts';
import type { Client } from './wire/client.ts';
import { gather, openDocument, typeSteadily } from './wire/company.ts';

const servers: ContenderName[] = ['Cochart', 'hocuspocus', 'y-websocket, LevelDB'];
const typists = 10;
const perSecond = 5;
/** LevelDB's server answers before it has read its store. */
const loadsWithinMs = 1_500;

interface Loss {
  acknowledged: number;
  acknowledgedLost: number;
  seen: number;
  seenLost: number;
}

/** Some type, the server dies without warning and starts again: what does somebody get who comes then? */
async function measureLoss(contender: Contender, roomIndex: number, ms: number): Promise<Loss> {
  const clients = await gather(contender, roomIndex, typists);
  const { room } = clients[0]!;
  await typeSteadily(clients, { perSecond, ms });
  await contender.kill9();
  for (const client of clients) client.destroy();
  await contender.restart();
  const doc = await openDocument(contender, room.name, loadsWithinMs);
  const loss = clients.map((client) => lossOf(client, Y.getState(doc.store, client.author.clientId)));
  doc.destroy();
  const sum = (key: keyof Loss): number => loss.reduce((total, each) => total + each[key], 0);
  return {
    acknowledged: sum('acknowledged'),
    acknowledgedLost: sum('acknowledgedLost'),
    seen: sum('seen'),
    seenLost: sum('seenLost'),
  };
}

/** An edit was seen when at least one other had it. */
function lossOf({ author, acknowledgedEdits }: Client, clock: number): Loss {
  const there = author.ends.filter((end) => end <= clock).length;
  const seen = author.waiting.filter((waiting) => waiting < typists - 1).length;
  return {
    acknowledged: acknowledgedEdits,
    acknowledgedLost: Math.max(0, acknowledgedEdits - there),
    seen,
    seenLost: Math.max(0, seen - there),
  };
}

async function ask(bench: Bench): Promise<string> {
  // Their stores write after two seconds of silence, at the latest after ten.
  const kills = bench.quick ? [500] : [1_000, 2_500, 4_000, 6_000, 13_000];
  const losses = await withContenders(servers, { documents: kills.length }, (contenders) =>
    // Nothing is timed here, so they may die side by side.
    Promise.all(
      contenders.map(async (contender) => {
        const each: Loss[] = [];
        for (const [index, ms] of kills.entries()) {
          bench.say(`${contender.name}, killed after ${ms / 1000} s`);
          each.push(await measureLoss(contender, index, ms));
        }
        const sum = (key: keyof Loss): number => each.reduce((total, loss) => total + loss[key], 0);
        return { contender, sum };
      }),
    ),
  );
  const rows = losses.map(({ contender: { name, acknowledges }, sum }) => [
    name,
    acknowledges ?? 'nothing',
    acknowledges === null ? '–' : number(sum('acknowledged')),
    acknowledges === null ? '–' : number(sum('acknowledgedLost')),
    number(sum('seen')),
    number(sum('seenLost')),
  ]);
  const ours = losses.find(({ contender }) => contender.name === 'Cochart')!;
  const lost = ours.sum('acknowledgedLost') + ours.sum('seenLost');
  bench.target({
    measure: `acknowledged or seen edits lost over ${kills.length} kill -9`,
    must: '0',
    found: `${lost} of ${number(ours.sum('acknowledged'))}`,
    met: lost === 0 && ours.sum('acknowledged') > 0,
  });
  const head = [
    `${kills.length} × kill -9, ${typists} typists`,
    'acknowledges what is',
    'acknowledged edits',
    'of them lost',
    'edits seen by others',
    'of them lost',
  ];
  return table(head, rows);
}

export const durability: BenchQuestion = { title: 'What a crash loses', ask };
