import { busy, Series, turned, type Bench, type BenchQuestion } from './bench.ts';
import type { Contender, ContenderName } from './contenders/contender.ts';
import { withContenders } from './contenders/start.ts';
import { number, spread, table, times } from './measure/markdown.ts';
import { cpuMs, LoaderShare, pause } from './measure/process.ts';
import { median, ratioOf } from './measure/statistics.ts';
import type { Client } from './wire/client.ts';
import { arrived, gatherMany, leave, lostEdits } from './wire/company.ts';
import type { Author } from './wire/room.ts';

const servers: ContenderName[] = ['Cochart', 'hocuspocus', 'y-websocket', 'bare relay'];

/** Edits of one writer that somebody has not seen yet. */
const inFlight = 256;
const writersPerDocument = 4;
const readersPerDocument = 4;
export const warmUpDocuments = 4;

export interface Ceiling {
  editsPerSecond: number;
  cpuUsPerEdit: number;
  /** Shares of a core. */
  server: number;
  loader: number;
  missing: number;
  lost: number;
}

export interface CeilingSize {
  documents: number;
  warmUpMs: number;
  ms: number;
}

/** Keeps every writer's edits in flight at the limit until told to stop. */
class FlatOut {
  readonly #writers = new Map<Author, Client>();
  readonly #due = new Set<Author>();
  #seen = 0;
  #running = true;

  constructor(companies: readonly Client[][]) {
    for (const clients of companies) {
      for (const writer of clients.slice(0, writersPerDocument)) this.#writers.set(writer.author, writer);
      clients[0]!.room.onSeenByAll = (author) => this.#wasSeen(author);
    }
    for (const writer of this.#writers.values()) writer.typeMany(inFlight);
  }

  /** Edits that everybody has. */
  get seen(): number {
    return this.#seen;
  }

  stop(): void {
    this.#running = false;
  }

  #wasSeen(author: Author): void {
    this.#seen++;
    if (!this.#running) return;
    // What has been seen in one turn of the loop is made good in one write.
    if (this.#due.size === 0) setImmediate(() => this.#topUp());
    this.#due.add(author);
  }

  #topUp(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const author of due) {
      const waiting = author.ends.length - firstUnseen(author);
      if (waiting < inFlight) this.#writers.get(author)?.typeMany(inFlight - waiting);
    }
  }
}

/** An author's edits are seen in order. */
function firstUnseen({ waiting }: Author): number {
  let edit = waiting.length;
  while (edit > 0 && waiting[edit - 1]! > 0) edit--;
  return edit;
}

/** As many edits as go through, in documents with four writers and four readers each. */
export async function measureCeiling(
  contender: Contender,
  firstRoom: number,
  { documents, warmUpMs, ms }: CeilingSize,
): Promise<Ceiling> {
  const companies = await gatherMany(
    contender,
    { from: firstRoom, count: documents },
    writersPerDocument + readersPerDocument,
  );
  const rooms = companies.map(([client]) => client!.room);
  const flatOut = new FlatOut(companies);
  await pause(warmUpMs);

  const loader = new LoaderShare();
  const startedAt = performance.now();
  const before = { seen: flatOut.seen, cpu: cpuMs(contender.pid) };
  await pause(ms);
  const tookMs = performance.now() - startedAt;
  const cpu = cpuMs(contender.pid) - before.cpu;
  const edits = flatOut.seen - before.seen;
  const share = loader.share();

  flatOut.stop();
  await arrived(rooms);
  let lost = 0;
  for (const room of rooms) lost += await lostEdits(contender, room);
  for (const clients of companies) leave(clients);
  return {
    editsPerSecond: edits / (tookMs / 1000),
    cpuUsPerEdit: (cpu * 1000) / edits,
    server: cpu / tookMs,
    loader: share,
    missing: rooms.reduce((sum, { missing }) => sum + missing, 0),
    lost,
  };
}

/** A server in use has been up for long: what it does most has been compiled. */
export const warmUp = async (contender: Contender, firstRoom: number): Promise<void> =>
  void (await measureCeiling(contender, firstRoom, { documents: warmUpDocuments, warmUpMs: 500, ms: 2_000 }));

async function ask(bench: Bench): Promise<string> {
  const size: CeilingSize = bench.quick
    ? { documents: 2, warmUpMs: 300, ms: 700 }
    : { documents: 16, warmUpMs: 1_500, ms: 4_000 };
  const series = new Series();
  const documents = bench.repetitions * size.documents;
  await withContenders(servers, { documents }, async (contenders) => {
    for (let repetition = 0; repetition < bench.repetitions; repetition++) {
      for (const contender of turned(contenders, repetition)) {
        bench.say(`${contender.name}, ${repetition + 1} of ${bench.repetitions}`);
        const found = await measureCeiling(contender, repetition * size.documents, size);
        const { missing, lost, loader, server } = found;
        if (missing + lost > 0)
          bench.problem(`${contender.name}: ${missing} deliveries missing, ${lost} edits lost.`);
        if (loader > busy) {
          bench.remark(
            `${contender.name}: at least this much, for the load generator used ${Math.round(loader * 100)} % of a core; trust CPU per edit.`,
          );
        }
        series.add(contender.name, 'edits', found.editsPerSecond);
        series.add(contender.name, 'cpu', found.cpuUsPerEdit);
        series.add(contender.name, 'server', server);
        series.add(contender.name, 'loader', loader);
      }
    }
  });
  const against = (measure: string, server: ContenderName) =>
    ratioOf(series.of('Cochart', measure), series.of(server, measure));
  const ratio = against('edits', 'hocuspocus');
  bench.target({
    measure: 'ceiling, edits a second',
    must: '≥ 1.2 × hocuspocus',
    found: times(ratio),
    met: ratio.median >= 1.2,
  });
  const rows = servers.map((server) => [
    server,
    spread(series.of(server, 'edits')),
    server === 'Cochart' ? '' : times(against('edits', server)),
    spread(series.of(server, 'cpu')),
    server === 'Cochart' ? '' : times(against('cpu', server)),
    number(median(series.of(server, 'server'))),
    number(median(series.of(server, 'loader'))),
  ]);
  const head = [
    `${size.documents} documents, ${writersPerDocument} writers and ${readersPerDocument} readers each`,
    'edits a second',
    'Cochart ÷ it',
    'CPU µs per edit',
    'Cochart ÷ it',
    'cores used, server',
    'load generator',
  ];
  return table(head, rows);
}

export const ceiling: BenchQuestion = {
  title: `The ceiling: every writer keeps ${inFlight} edits in flight`,
  ask,
};
