import { busy, Series, turned, type Bench, type BenchQuestion } from './bench.ts';
import type { Contender, ContenderName } from './contenders/contender.ts';
import { withContenders } from './contenders/start.ts';
import { number, spread, table, times } from './measure/markdown.ts';
import { cpuMs, LoaderShare, pause, rssKiB } from './measure/process.ts';
import { median, quantile, ratioOf } from './measure/statistics.ts';
import { arrived, gatherMany, leave, typeSteadily } from './wire/company.ts';

const perSecond = 0.2;
const peoplePerDocument = 2;
const servers: ContenderName[] = ['Cochart', 'hocuspocus', 'y-websocket', 'bare relay'];
/** y-websocket never lets a document go that it keeps in memory only. */
const serversThatLetGo: ContenderName[] = ['Cochart', 'hocuspocus'];
/** A store that writes after two seconds of silence has then written what everybody began with. */
const settleMs = 3_000;

interface Size {
  documents: number;
  ms: number;
  /** Each needs a fresh server, which takes its time. */
  repetitions: number;
}

interface ManyDocuments {
  rssKiBPerDocument: number;
  seen: number[];
  cpuUsPerEdit: number;
  openMsPerClient: number;
  missing: number;
  loader: number;
}

/** Many documents, two people in each, who type now and then. The server is one that has just started. */
async function measureManyDocuments(contender: Contender, { documents, ms }: Size): Promise<ManyDocuments> {
  // One document first, so that what the first one costs is not counted for all.
  leave((await gatherMany(contender, { from: documents, count: 1 }, peoplePerDocument)).flat());
  await pause(500);
  const rssBefore = rssKiB(contender.pid);
  const openedAt = performance.now();
  const companies = await gatherMany(contender, { from: 0, count: documents }, peoplePerDocument);
  const openMs = performance.now() - openedAt;
  const clients = companies.flat();
  const rooms = companies.map(([client]) => client!.room);
  await pause(settleMs);

  const loader = new LoaderShare();
  const cpuBefore = cpuMs(contender.pid);
  await typeSteadily(clients, { perSecond, ms });
  await arrived(rooms);
  const cpu = cpuMs(contender.pid) - cpuBefore;
  const share = loader.share();
  const rss = rssKiB(contender.pid);
  // The first edit of each was the paragraph.
  const seen = clients.flatMap(({ author }) =>
    author.sentAt.slice(1).map((at, edit) => author.seenAt[edit + 1]! - at),
  );
  leave(clients);
  return {
    rssKiBPerDocument: (rss - rssBefore) / documents,
    seen: seen.filter((each) => each > 0),
    cpuUsPerEdit: (cpu * 1000) / seen.length,
    openMsPerClient: openMs / clients.length,
    missing: rooms.reduce((sum, { missing }) => sum + missing, 0),
    loader: share,
  };
}

interface Rounds {
  /** RSS after each round, KiB. */
  rss: number[];
  documentsLeft: number | null;
}

const leavingMs = 10_000;
/** Node gives back what is only garbage when it has been left in peace for some seconds. */
const restMs = 10_000;

/** Opens many documents, writes a character in each, leaves; again and again. */
async function measureRounds(contender: Contender, documents: number, rounds: number): Promise<Rounds> {
  const rss: number[] = [];
  let left: number | null = null;
  for (let round = 0; round < rounds; round++) {
    const clients = (await gatherMany(contender, { from: 0, count: documents }, 1)).flat();
    leave(clients);
    const deadline = performance.now() + leavingMs;
    do {
      await pause(100);
      left = await contender.documents();
    } while (left !== null && left > 0 && performance.now() < deadline);
    const compared = round === 1 || round === rounds - 1;
    await pause(compared && documents >= 300 ? restMs : left === null ? 400 : 0);
    rss.push(rssKiB(contender.pid));
  }
  return { rss, documentsLeft: left };
}

const sizesOf = ({ quick, repetitions }: Bench): Size[] =>
  quick
    ? [{ documents: 20, ms: 2_000, repetitions: 1 }]
    : [
        { documents: 300, ms: 6_000, repetitions: 1 },
        { documents: 1_000, ms: 6_000, repetitions: Math.min(repetitions, 2) },
      ];

async function askSizes(bench: Bench, series: Series): Promise<void> {
  for (const size of sizesOf(bench)) {
    for (let repetition = 0; repetition < size.repetitions; repetition++) {
      for (const server of turned(servers, repetition)) {
        bench.say(`${size.documents} documents, ${server}, ${repetition + 1} of ${size.repetitions}`);
        const found = await withContenders([server], { documents: size.documents + 1 }, ([contender]) =>
          measureManyDocuments(contender!, size),
        );
        const where = `${server}, ${size.documents} documents`;
        if (found.missing > 0) bench.problem(`${where}: ${found.missing} deliveries never happened.`);
        if (found.loader > busy)
          bench.problem(`${where}: the load generator used ${Math.round(found.loader * 100)} % of a core.`);
        const add = (measure: string, value: number): void =>
          series.add(server, `${measure} ${size.documents}`, value);
        add('rss', found.rssKiBPerDocument);
        for (const q of [0.5, 0.99]) add(`seen ${q}`, quantile(found.seen, q));
        add('cpu', found.cpuUsPerEdit);
        add('open', found.openMsPerClient);
      }
    }
  }
}

function tableOf(series: Series, { documents }: Size): string {
  const of = (server: ContenderName, measure: string): number[] =>
    series.of(server, `${measure} ${documents}`);
  const rows = servers.map((server) => {
    const ratio = (measure: string): string =>
      server === 'Cochart' ? '' : times(ratioOf(of('Cochart', measure), of(server, measure)));
    return [
      server,
      spread(of(server, 'rss')),
      ratio('rss'),
      `${number(median(of(server, 'seen 0.5')))} / ${number(median(of(server, 'seen 0.99')))}`,
      ratio('seen 0.99'),
      spread(of(server, 'cpu')),
      ratio('cpu'),
      number(median(of(server, 'open'))),
    ];
  });
  const head = [
    `${documents} documents × ${peoplePerDocument}`,
    'RSS KiB per open document',
    'Cochart ÷ it',
    'delivery p50 / p99 ms',
    'Cochart ÷ it, p99',
    'CPU µs per edit',
    'Cochart ÷ it',
    'ms to open, per client',
  ];
  return table(head, rows);
}

async function askRounds(bench: Bench): Promise<string> {
  const [documents, rounds] = bench.quick ? [20, 4] : [300, 20];
  const rows: string[][] = [];
  for (const server of serversThatLetGo) {
    bench.say(`${rounds} rounds of ${documents} documents, ${server}`);
    const { rss, documentsLeft } = await withContenders([server], { documents }, ([contender]) =>
      measureRounds(contender!, documents, rounds),
    );
    const growth = rss.at(-1)! / rss[1]!;
    rows.push([
      server,
      documentsLeft === null ? 'not told' : String(documentsLeft),
      number(rss[1]! / 1024),
      number(rss.at(-1)! / 1024),
      number(growth),
    ]);
    if (server !== 'Cochart') continue;
    bench.target({
      measure: `after ${rounds} rounds of ${documents} documents`,
      must: '0 documents in memory; RSS ≤ 1.1 × that after round 2',
      found: `${documentsLeft ?? 'not told'}; ${number(growth)} ×`,
      met: (documentsLeft ?? 1) === 0 && growth <= 1.1,
    });
  }
  const head = [
    `${rounds} rounds of opening and leaving ${documents}`,
    'documents left',
    'RSS MiB after round 2',
    'after the last',
    'ratio',
  ];
  return table(head, rows);
}

function setTargets(bench: Bench, series: Series): void {
  const documents = 1_000;
  const against = (measure: string) =>
    ratioOf(
      series.of('Cochart', `${measure} ${documents}`),
      series.of('hocuspocus', `${measure} ${documents}`),
    );
  if (series.of('Cochart', `rss ${documents}`).length === 0) return;
  for (const [measure, key, limit] of [
    ['RSS per open document, 1,000 × 2', 'rss', 0.85],
    ['delivery p99, 1,000 documents × 2', 'seen 0.99', 0.25],
  ] as const) {
    const ratio = against(key);
    bench.target({
      measure,
      must: `≤ ${limit} × hocuspocus`,
      found: times(ratio),
      met: ratio.median <= limit,
    });
  }
}

async function ask(bench: Bench): Promise<string> {
  const series = new Series();
  await askSizes(bench, series);
  setTargets(bench, series);
  const tables = sizesOf(bench).map((size) => tableOf(series, size));
  return [...tables, await askRounds(bench)].join('\n\n');
}

export const manyDocuments: BenchQuestion = {
  title: 'Many documents, two people in each, a character every five seconds',
  ask,
};
