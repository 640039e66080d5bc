import type { Bench, BenchQuestion } from './bench.ts';
import type { Contender, ContenderName } from './contenders/contender.ts';
import { withContenders } from './contenders/start.ts';
import { number, table } from './measure/markdown.ts';
import { MemoryWatch, pause, rssKiB, until } from './measure/process.ts';
import type { Client } from './wire/client.ts';
import { gather, leave, lostEdits } from './wire/company.ts';

const servers: ContenderName[] = ['Cochart', 'hocuspocus', 'y-websocket', 'bare relay'];
export const editBytes = 64 * 1024;
/** Sent and not yet seen by the one who reads; small, so that it is the stalled reader that fills memory. */
const ahead = 8;
const comesBackMs = 20_000;
const neverWhole = 'never whole';

interface Push {
  /** Above what it was before, MiB. */
  highest: number;
  afterwards: number;
  /** How the one who stopped got everything once reading again. */
  stalled: string;
}

/** Writes one long string in the place of the one before, so that the document itself stays small. */
export async function push(writer: Client, count: number): Promise<void> {
  const { author } = writer;
  // The reader who keeps up has seen an edit when fewer than all the others wait for it.
  const others = writer.room.readers - 1;
  const unseen = (): number => {
    let edit = author.ends.length;
    while (edit > 0 && author.waiting[edit - 1] === others) edit--;
    return author.ends.length - edit;
  };
  for (let edit = 0; edit < count; edit++) {
    writer.replace(String.fromCodePoint(97 + (edit % 26)).repeat(editBytes));
    await until(() => unseen() < ahead, 30_000);
  }
}

/** A writer, a reader who keeps up, and a third who may stop reading. */
async function measurePush(contender: Contender, edits: number, stalls: boolean): Promise<Push> {
  const clients = await gather(contender, 0, 3);
  const [writer, , third] = clients as [Client, Client, Client];
  const { room } = writer;
  await push(writer, 64);
  await until(() => room.missing === 0, 30_000);
  await pause(500);
  const before = rssKiB(contender.pid);
  if (stalls) third.pause();
  const watch = new MemoryWatch(contender.pid);
  await push(writer, edits);
  await pause(1_000);
  const { highest, last } = watch.stop();
  let stalled = '–';
  if (stalls) {
    third.resume();
    const resumedAt = performance.now();
    await until(() => room.missing === 0 || third.closed !== null, comesBackMs);
    const ms = number(performance.now() - resumedAt);
    if (room.missing === 0) stalled = `whole after ${ms} ms`;
    else if (third.closed !== null && (await lostEdits(contender, room)) === 0)
      stalled = `closed with ${third.closed}; whole on coming back`;
    else stalled = neverWhole;
  }
  leave(clients);
  return { highest: (highest - before) / 1024, afterwards: (last - before) / 1024, stalled };
}

async function ask(bench: Bench): Promise<string> {
  const edits = bench.quick ? 64 : 1_024;
  const mebibytes = (edits * editBytes) / 1024 / 1024;
  const rows: string[][] = [];
  for (const server of servers) {
    const measure = (stalls: boolean): Promise<Push> =>
      withContenders([server], { documents: 1 }, ([contender]) => measurePush(contender!, edits, stalls));
    bench.say(`${server}, everybody reads`);
    const control = await measure(false);
    bench.say(`${server}, one has stopped reading`);
    const stalled = await measure(true);
    const because = stalled.highest - control.highest;
    rows.push([
      server,
      number(control.highest),
      number(stalled.highest),
      number(because),
      number(stalled.afterwards),
      stalled.stalled,
    ]);
    if (server !== 'Cochart') continue;
    bench.target({
      measure: `RSS growth with a stalled reader, ${mebibytes} MiB pushed`,
      must: '≤ 16 MiB more than without; whole again, or closed',
      found: `${number(because)} MiB (${number(stalled.highest)} in all); ${stalled.stalled}`,
      met: because <= 16 && stalled.stalled !== neverWhole,
    });
  }
  const head = [
    `${mebibytes} MiB pushed`,
    'RSS growth at most, everybody reads, MiB',
    'one stopped reading',
    'because of it',
    'after the push',
    'the one who stopped, reading again',
  ];
  return table(head, rows);
}

export const slowReader: BenchQuestion = { title: 'One reader stops reading', ask };
