import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { catalogueAnswer } from '../../shared/orders/catalogue.ts';
import { Random } from '../support/random.ts';
import { sampleData } from '../support/samples.ts';
import { startService } from '../support/service.ts';
import { signIn } from '../support/signIn.ts';
import type { Bench, BenchQuestion } from './bench.ts';
import { number, table } from './measure/markdown.ts';
import { quantile } from './measure/statistics.ts';

interface Meant {
  code: string;
  words: string[];
}

/** How people type what they mean; it is asked anew at every letter. */
const kinds: Record<string, (meant: Meant, random: Random) => string> = {
  'the name from its beginning': ({ words }) => words.slice(0, 4).join(' '),
  'two words, the later one first': ({ words }, random) => {
    const at = random.below(Math.max(1, words.length - 1));
    return [words[at + 1] ?? '', words[at]].join(' ').trim();
  },
  'beginnings of three words': ({ words }) =>
    words
      .slice(0, 3)
      .map((word) => word.slice(0, 4))
      .join(' '),
  'the code': ({ code }) => code,
  'common words alone': (_meant, random) => random.pick(commonWords),
};

const commonWords = [
  'unspecified fracture of',
  'initial encounter',
  'other specified',
  'with',
  'left lower',
  'of the',
];
const mostLetters = 24;

function meantOnes(file: string): Meant[] {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line[14] === '1')
    .map((line) => ({
      code: line.slice(6, 13).trim(),
      words: line
        .slice(77)
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter(Boolean),
    }));
}

async function ask(bench: Bench): Promise<string> {
  if (sampleData === null) {
    bench.remark('COCHART_SAMPLE_DATA is unset: there is no ICD-10-CM file to search.');
    return 'Not tried.';
  }
  const file = join(sampleData, 'terminology/icd10cm-order-2021.txt.gz');
  const meant = meantOnes(file);
  const each = bench.quick ? 10 : 120;
  const service = await startService();
  try {
    const startedAt = performance.now();
    const loaded = await service.command(['terminology', 'load', file]);
    if (loaded.code !== 0) bench.problem(`The file could not be loaded: ${loaded.stderr}`);
    bench.remark(
      `${meant.length.toLocaleString('en-US')} billable codes and their headers, loaded beside the running service in ` +
        `${number((performance.now() - startedAt) / 1000)} s.`,
    );
    const cookie = await signIn(service.url, 'nurse');
    const random = new Random(11);
    const rows: string[][] = [];
    const all: number[] = [];
    for (const [kind, type] of Object.entries(kinds)) {
      bench.say(kind);
      const taken: number[] = [];
      let found = 0;
      for (let index = 0; index < each; index++) {
        const wanted = random.pick(meant);
        const typed = type(wanted, random).slice(0, mostLetters);
        for (let letters = 1; letters <= typed.length; letters++) {
          const query = new URLSearchParams({ category: 'problem', q: typed.slice(0, letters) });
          const askedAt = performance.now();
          const response = await fetch(`${service.url}/api/terminology/search?${query}`, {
            headers: { cookie },
          });
          const { items } = catalogueAnswer.parse(await response.json());
          taken.push(performance.now() - askedAt);
          if (letters < typed.length) continue;
          if (items.some(({ code }) => code.replace('.', '') === wanted.code)) found++;
        }
      }
      all.push(...taken);
      rows.push([kind, String(taken.length), ...quantiles(taken), `${Math.round((100 * found) / each)} %`]);
    }
    const p95 = quantile(all, 0.95);
    bench.target({
      measure: 'code search as typed, full ICD-10-CM, over HTTP',
      must: 'p95 < 30 ms',
      found: `${number(p95)} ms`,
      met: p95 < 30,
    });
    rows.push(['all', String(all.length), ...quantiles(all), '']);
    return table(
      ['typed', 'requests', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms', 'meant one among the first 20'],
      rows,
    );
  } finally {
    await service.close();
  }
}

const quantiles = (taken: number[]): string[] => [0.5, 0.95, 0.99, 1].map((q) => number(quantile(taken, q)));

export const terminology: BenchQuestion = {
  title: 'Finding a code in all of ICD-10-CM while it is typed',
  ask,
};
