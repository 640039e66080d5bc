import { busy, isAtMost, Series, turned, type Bench, type BenchQuestion } from './bench.ts';
import { warmUp, warmUpDocuments } from './ceiling.ts';
import type { Contender, ContenderName } from './contenders/contender.ts';
import { withContenders } from './contenders/start.ts';
import { number, spread, table, times } from './measure/markdown.ts';
import { cpuMs, LoaderShare, until } from './measure/process.ts';
import { median, quantile, ratioOf } from './measure/statistics.ts';
import { arrived, gather, leave, lostEdits, typeSteadily } from './wire/company.ts';

const perSecond = 5;
/** An author hears of the last edit a moment after the others have it. */
const lateMs = 5_000;
const servers: ContenderName[] = ['Cochart', 'hocuspocus', 'y-websocket', 'bare relay'];

export interface FanOut {
  edits: number;
  /** Deliveries that had not happened when all patience was gone. */
  missing: number;
  /** Edits that somebody who came afterwards did not get. */
  lost: number;
  /** What the server said to a client when it refused something or let it go. */
  refused: string | null;
  /** Shares of a core. */
  loader: number;
  server: number;
  /** Until the last of the others had an edit, ms. */
  seen: number[];
  /** Until its author knew that the server has it, ms. */
  acknowledged: number[];
  cpuUsPerEdit: number;
}

export interface FanOutSize {
  typists: number;
  warmUpMs: number;
  ms: number;
  /** Whether each character comes with where its author's caret is then, as from an editor. */
  carets?: boolean;
}

const nameOf = ({ typists, carets }: FanOutSize): string =>
  `${typists} typists${carets ? ' and their carets' : ''}`;

/** One document, so many typists, one server. */
export async function measureFanOut(
  contender: Contender,
  roomIndex: number,
  { typists, warmUpMs, ms, carets = false }: FanOutSize,
): Promise<FanOut> {
  const clients = await gather(contender, roomIndex, typists);
  const { room } = clients[0]!;
  await typeSteadily(clients, { perSecond, ms: warmUpMs, carets });
  await arrived([room]);

  const from = room.authors.map(({ ends }) => ends.length);
  const loader = new LoaderShare();
  const startedAt = performance.now();
  const cpuBefore = cpuMs(contender.pid);
  await typeSteadily(clients, { perSecond, ms, carets });
  await arrived([room]);
  const cpu = cpuMs(contender.pid) - cpuBefore;
  const tookMs = performance.now() - startedAt;
  const share = loader.share();
  if (contender.acknowledges !== null)
    await until(() => room.authors.every(({ acknowledgedAt }) => acknowledgedAt.at(-1) !== 0), lateMs);

  const measured = room.authors.flatMap(({ sentAt, seenAt, acknowledgedAt }, index) =>
    sentAt.slice(from[index]).map((at, edit) => ({
      seen: seenAt[from[index]! + edit]! - at,
      acknowledged: acknowledgedAt[from[index]! + edit]! - at,
    })),
  );
  const lost = await lostEdits(contender, room);
  const refused = clients.map((client) => client.refusal).find((words) => words !== null) ?? null;
  leave(clients);
  return {
    edits: measured.length,
    missing: room.missing,
    lost,
    refused,
    loader: share,
    server: cpu / tookMs,
    seen: measured.map(({ seen }) => seen).filter((ms) => ms > 0),
    acknowledged: measured.map(({ acknowledged }) => acknowledged).filter((ms) => ms > 0),
    cpuUsPerEdit: (cpu * 1000) / measured.length,
  };
}

const sizesOf = ({ quick }: Bench): FanOutSize[] =>
  quick
    ? [{ typists: 5, warmUpMs: 200, ms: 1_000, carets: true }]
    : [
        { typists: 2, warmUpMs: 1_000, ms: 6_000 },
        { typists: 10, warmUpMs: 1_000, ms: 4_000 },
        { typists: 50, warmUpMs: 1_000, ms: 4_000 },
        { typists: 50, warmUpMs: 1_000, ms: 4_000, carets: true },
        { typists: 150, warmUpMs: 1_000, ms: 4_000 },
      ];

function note(bench: Bench, name: ContenderName, size: FanOutSize, found: FanOut): void {
  const where = `${name}, ${nameOf(size)}`;
  if (found.missing > 0) bench.problem(`${where}: ${found.missing} deliveries never happened.`);
  if (found.lost > 0) bench.problem(`${where}: ${found.lost} edits are not in the document.`);
  if (found.refused !== null) bench.problem(`${where}: ${found.refused}.`);
  if (found.loader > busy) bench.problem(`${where}: the load generator used ${percent(found.loader)}.`);
  if (found.server > 0.95)
    bench.remark(`${where}: the server used ${percent(found.server)}; its latency is that of a queue.`);
}

const percent = (share: number): string => `${Math.round(share * 100)} % of a core`;

/** Longer than a size: what is done a few times a second is compiled late. */
const toWarmUp: FanOutSize = { typists: 50, warmUpMs: 0, ms: 10_000 };

async function ask(bench: Bench): Promise<string> {
  const sizes = sizesOf(bench);
  const series = new Series();
  const rooms = bench.repetitions * sizes.length;
  await withContenders(servers, { documents: rooms + warmUpDocuments + 1 }, async (contenders) => {
    if (!bench.quick)
      for (const contender of contenders) {
        await warmUp(contender, rooms);
        await measureFanOut(contender, rooms + warmUpDocuments, toWarmUp);
      }
    for (let repetition = 0; repetition < bench.repetitions; repetition++) {
      for (const [index, size] of sizes.entries()) {
        for (const contender of turned(contenders, repetition)) {
          bench.say(`${nameOf(size)}, ${contender.name}, ${repetition + 1} of ${bench.repetitions}`);
          const found = await measureFanOut(contender, repetition * sizes.length + index, size);
          note(bench, contender.name, size, found);
          const add = (measure: string, value: number): void =>
            series.add(contender.name, `${measure} ${nameOf(size)}`, value);
          for (const q of [0.5, 0.95, 0.99]) add(`seen ${q}`, quantile(found.seen, q));
          for (const q of [0.5, 0.99]) add(`acknowledged ${q}`, quantile(found.acknowledged, q));
          add('cpu', found.cpuUsPerEdit);
        }
      }
    }
  });
  setTargets(bench, series, sizes);
  return sizes.map((size) => tableOf(series, size)).join('\n\n');
}

function tableOf(series: Series, size: FanOutSize): string {
  const ours = (measure: string): number[] => series.of('Cochart', `${measure} ${nameOf(size)}`);
  const rows = servers.map((server) => {
    const of = (measure: string): number[] => series.of(server, `${measure} ${nameOf(size)}`);
    const ratio = (measure: string): string =>
      server === 'Cochart' ? '' : times(ratioOf(ours(measure), of(measure)));
    const cpu = of('cpu');
    return [
      server,
      [0.5, 0.95, 0.99].map((q) => number(median(of(`seen ${q}`)))).join(' / '),
      ratio('seen 0.5'),
      ratio('seen 0.99'),
      spread(cpu),
      number(median(cpu) / (size.typists - 1)),
      ratio('cpu'),
      [0.5, 0.99].map((q) => number(median(of(`acknowledged ${q}`)))).join(' / '),
    ];
  });
  const head = [
    nameOf(size),
    'seen by all, p50 / p95 / p99 ms',
    'Cochart ÷ it, p50',
    'Cochart ÷ it, p99',
    'CPU µs per edit',
    'per delivery',
    'Cochart ÷ it, CPU',
    'acknowledged, p50 / p99 ms',
  ];
  return table(head, rows);
}

function setTargets(bench: Bench, series: Series, sizes: readonly FanOutSize[]): void {
  const found = (typists: number, carets = false): string | null => {
    const size = sizes.find((each) => each.typists === typists && (each.carets ?? false) === carets);
    return size ? nameOf(size) : null;
  };
  const against = (measure: string, name: string) =>
    ratioOf(series.of('Cochart', `${measure} ${name}`), series.of('hocuspocus', `${measure} ${name}`));
  const ours = (measure: string): number => median(series.of('Cochart', measure));
  const fifty = found(50);
  if (fifty !== null) {
    const p50 = ours(`acknowledged 0.5 ${fifty}`);
    const p99 = ours(`acknowledged 0.99 ${fifty}`);
    bench.target({
      measure: `durable acknowledgement, ${fifty}`,
      must: 'p50 ≤ 10 ms, p99 ≤ 50 ms',
      found: `${number(p50)} / ${number(p99)} ms`,
      met: p50 <= 10 && p99 <= 50,
    });
    const seen = ours(`seen 0.99 ${fifty}`);
    bench.target({
      measure: `seen by all, ${fifty}, p99`,
      must: '≤ 40 ms',
      found: `${number(seen)} ms`,
      met: seen <= 40,
    });
  }
  for (const [name, limit] of [
    [fifty, 0.8],
    [found(50, true), 0.8],
    [found(150), 0.5],
  ] as const) {
    if (name === null) continue;
    const ratio = against('cpu', name);
    bench.target({
      measure: `server CPU per edit, ${name}`,
      must: `≤ ${limit} × hocuspocus`,
      found: times(ratio),
      met: isAtMost(ratio, limit),
    });
  }
  for (const name of [found(2), found(10)]) {
    if (name === null) continue;
    const ratio = against('seen 0.5', name);
    bench.target({
      measure: `seen by all, ${name}, p50`,
      must: '≤ 2 × hocuspocus',
      found: times(ratio),
      met: isAtMost(ratio, 2),
    });
  }
}

export const fanOut: BenchQuestion = {
  title: 'One document, everybody typing five characters a second',
  ask,
};
