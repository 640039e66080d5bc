import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as Y from 'yjs';
import { sampleData } from '../support/samples.ts';
import { Series, turned, type Bench, type BenchQuestion } from './bench.ts';
import type { Contender, ContenderName, StoredHistory } from './contenders/contender.ts';
import { withContenders } from './contenders/start.ts';
import { number, spread, table, times } from './measure/markdown.ts';
import { pause } from './measure/process.ts';
import { median, ratioOf } from './measure/statistics.ts';
import { Client } from './wire/client.ts';
import { within } from './wire/company.ts';
import { recordedHistory, syntheticHistory } from './wire/history.ts';
import { Room } from './wire/room.ts';
import { noteRoots } from '../../shared/documents/note.ts';
import { emptyDocument } from '../../server/log/fold.ts';
import { textOf } from './wire/updates.ts';

const servers: ContenderName[] = ['Cochart', 'hocuspocus', 'y-websocket, LevelDB'];
const opensPerStart = 3;
/** Until nothing more comes: a server may send the document twice. */
const quietMs = 400;

interface Opening {
  /** Until the client has the whole text. */
  ms: number;
  bytes: number;
  /** Characters that were not there when the server had said "this is all". */
  missingWhenSynced: number;
}

async function measureOpening(contender: Contender, { text }: StoredHistory): Promise<Opening> {
  const doc = emptyDocument(noteRoots);
  const lengthNow = (): number => (doc.getMap('sections').size === 0 ? 0 : textOf(doc).length);
  let whole: ((ms: number) => void) | null = null;
  const startedAt = performance.now();
  const isWhole = new Promise<number>((resolve) => (whole = resolve));
  const client = new Client(contender, new Room(contender.room(0)), {
    number: 0,
    onUpdate: (update) => {
      Y.applyUpdate(doc, update);
      if (lengthNow() >= text.length) whole?.(performance.now() - startedAt);
    },
  });
  await within(contender, 'opening', client.ready);
  const missingWhenSynced = text.length - lengthNow();
  const ms = await within(contender, 'arriving of the text', isWhole);
  await pause(quietMs);
  const isRight = textOf(doc) === text;
  const bytes = client.bytesRead;
  client.close();
  doc.destroy();
  if (!isRight) throw new Error(`${contender.name} has another text than was stored.`);
  return { ms, bytes, missingWhenSynced };
}

async function askHistory(bench: Bench, label: string, history: StoredHistory): Promise<string> {
  const series = new Series();
  await withContenders(servers, { documents: 1, history }, async (contenders) => {
    for (let repetition = 0; repetition < bench.repetitions; repetition++) {
      for (const contender of turned(contenders, repetition)) {
        bench.say(`${label}, ${contender.name}, ${repetition + 1} of ${bench.repetitions}`);
        await contender.restart();
        for (let opening = 0; opening < opensPerStart; opening++) {
          const found = await measureOpening(contender, history);
          series.add(contender.name, opening === 0 ? 'first ms' : 'later ms', found.ms);
          if (opening > 0) continue;
          series.add(contender.name, 'bytes', found.bytes);
          series.add(contender.name, 'missing', found.missingWhenSynced);
        }
      }
    }
  });
  const against = (measure: string, server: ContenderName) =>
    ratioOf(series.of('Cochart', measure), series.of(server, measure));
  const missing = Math.max(...series.of('Cochart', 'missing'));
  const bytes = against('bytes', 'hocuspocus');
  const first = against('first ms', 'hocuspocus');
  bench.target({
    measure: `cold open, ${label}`,
    must: '≤ 0.5 × hocuspocus’ bytes, ≤ 0.6 × its time; nothing missing at "synced"',
    found: `${times(bytes)}; ${times(first)}; ${missing} missing`,
    met: bytes.median <= 0.5 && first.median <= 0.6 && missing === 0,
  });
  const rows = servers.map((server) => {
    const ratio = (measure: string): string => (server === 'Cochart' ? '' : times(against(measure, server)));
    return [
      server,
      spread(series.of(server, 'first ms')),
      ratio('first ms'),
      spread(series.of(server, 'later ms')),
      ratio('later ms'),
      number(median(series.of(server, 'bytes'))),
      ratio('bytes'),
      number(median(series.of(server, 'missing'))),
    ];
  });
  const head = [
    label,
    'ms to the text, first after a start',
    'Cochart ÷ it',
    'ms, later',
    'Cochart ÷ it',
    'bytes',
    'Cochart ÷ it',
    'characters missing when "synced"',
  ];
  return table(head, rows);
}

async function ask(bench: Bench): Promise<string> {
  const edits = bench.quick ? 5_000 : 260_000;
  const tables = [await askHistory(bench, `${edits.toLocaleString('en-US')} edits`, syntheticHistory(edits))];
  const trace = sampleData === null ? null : join(sampleData, 'traces/seph-blog1.json.gz');
  if (trace !== null && existsSync(trace) && !bench.quick)
    tables.push(await askHistory(bench, 'seph-blog1', recordedHistory(trace)));
  return tables.join('\n\n');
}

export const coldOpen: BenchQuestion = { title: 'Opening a document with a long past', ask };
