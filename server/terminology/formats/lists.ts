import { codeSystems } from '../starter/systems.ts';
import { categoryOf, noticeOf, systemTitles } from '../systems.ts';
import { BadRelease, type ReadOptions, type Release, type ReleaseEntry } from '../release.ts';
import { csvRecords } from './csv.ts';
import { linesOf, placeOf, plainName } from './lines.ts';

/** LOINC's `Loinc.csv`, by the names of its columns (LOINC Users' Guide, "LOINC Table Structure"). */
export const readLoinc = (path: string, { version }: ReadOptions): Release => ({
  head: {
    kind: 'system',
    url: codeSystems.loinc,
    version: version ?? /\d+\.\d+/.exec(path)?.[0] ?? null,
    title: 'LOINC',
    category: 'laboratory',
    format: 'LOINC table',
    notice: noticeOf(codeSystems.loinc),
    incomplete: null,
  },
  entries: loincEntries(path),
});

/** LOINC ranks the two thousand tests that are asked for most. */
const commonRank = 2_000;

async function* loincEntries(path: string): AsyncGenerator<ReleaseEntry> {
  for await (const { line, value } of csvRecords(path, ['loinc_num', 'long_common_name', 'status'])) {
    const code = value('loinc_num');
    const display = value('long_common_name') || value('component');
    if (!/^\d{1,7}-\d$/.test(code))
      throw new BadRelease(placeOf(path, line), `${code || 'nothing'} is no LOINC code.`);
    if (display === '') throw new BadRelease(placeOf(path, line), 'the name is missing.');
    const rank = Number(value('common_test_rank') || 0);
    const also = [
      value('shortname'),
      value('consumer_name'),
      value('displayname'),
      ...value('relatednames2').split(';'),
    ];
    yield {
      concept: {
        code,
        display,
        kind: value('class'),
        active: ['ACTIVE', 'TRIAL'].includes(value('status').toUpperCase()),
        common: rank > 0 && rank <= commonRank,
        also: [...new Set(also.map((name) => name.trim()))].filter((name) => name !== '' && name !== display),
      },
    };
  }
}

/** The CDC's list of vaccines: code, short and full name, notes, status, further columns; split by bars. */
const cvxShape = /^ *\d{2,3} *\|[^|]+\|[^|]+\|[^|]*\| *(Active|Inactive|Pending|Non-US|Never Active)\b/i;

export const isCvxLine = (line: string): boolean => cvxShape.test(line);

export const readCvx = (path: string, { version }: ReadOptions): Release => ({
  head: {
    kind: 'system',
    url: codeSystems.cvx,
    version: version ?? null,
    title: 'CVX',
    category: 'vaccine',
    format: 'CVX list',
    notice: null,
    incomplete: null,
  },
  entries: cvxEntries(path),
});

async function* cvxEntries(path: string): AsyncGenerator<ReleaseEntry> {
  for await (const line of linesOf(path)) {
    if (line.text.trim() === '') continue;
    if (!isCvxLine(line.text)) throw new BadRelease(placeOf(path, line), 'this is no line of the CVX list.');
    const [code = '', short = '', full = '', , status = ''] = line.text.split('|').map((part) => part.trim());
    yield {
      concept: {
        code,
        display: short,
        active: /^(active|non-us)$/i.test(status),
        also: full === short ? [] : [full],
      },
    };
  }
}

/** A list of one's own: columns `code`, `display` and, where there are several code systems, `system`. */
export async function readCsv(path: string, options: ReadOptions): Promise<Release[]> {
  const found = new Map<string, { entries: ReleaseEntry[]; codes: Set<string> }>();
  for await (const { line, value } of csvRecords(path, ['code', 'display'])) {
    const [system, code, display] = [value('system') || options.system, value('code'), value('display')];
    if (system === undefined)
      throw new BadRelease(placeOf(path, line), 'no code system is named; say it with --system.');
    if (code === '' || display === '')
      throw new BadRelease(placeOf(path, line), 'the code or its name is missing.');
    const release = found.get(system) ?? { entries: [], codes: new Set<string>() };
    found.set(system, release);
    // Lists made from other people's records name one code in several ways; the first is taken.
    if (release.codes.has(code)) continue;
    release.codes.add(code);
    const also = value('also')
      .split(';')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    release.entries.push({ concept: { code, display, also } });
  }
  if (found.size === 0) throw new BadRelease(path, 'there are no codes in it.');
  return [...found].map(([url, { entries }]) => ({
    head: {
      kind: 'system',
      url,
      version: options.version ?? null,
      title: systemTitles[url] ?? plainName(path),
      category: options.category ?? categoryOf(url),
      format: 'CSV',
      notice: noticeOf(url),
      incomplete: null,
    },
    entries,
  }));
}
