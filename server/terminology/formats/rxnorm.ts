import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeSystems } from '../starter/systems.ts';
import { noticeOf } from '../systems.ts';
import { BadRelease, type ReadOptions, type Release, type ReleaseEntry } from '../release.ts';
import { linesOf, placeOf, type Line } from './lines.ts';

/**
 * The columns of RxNorm's release files that are used here, by place, from the technical documentation of the U.S.
 * National Library of Medicine (section 12, "RxNorm Files": RXNCONSO.RRF has 18 columns, RXNREL.RRF 16, each closed by
 * a bar).
 */
const conso = { rxcui: 0, source: 11, termType: 12, code: 13, term: 14, suppress: 16, columns: 18 } as const;
const rel = { first: 0, second: 4, relation: 7, source: 10, suppress: 14, columns: 16 } as const;

const own = 'RXNORM';

/** Term types that name a concept, the best name first; all others are further names. */
const namingTypes =
  'IN PIN MIN BN SCD SBD GPCK BPCK SCDC SCDF SCDG SBDC SBDF SBDG SCDGP SCDFP SBDFP DF DFG'.split(' ');
const rankOf = (termType: string): number => {
  const rank = namingTypes.indexOf(termType);
  return rank < 0 ? namingTypes.length : rank;
};

/** Relations that lead from a product to what is in it, and to its forms and brands. */
const keptRelations = new Set(
  'has_ingredient has_ingredients has_precise_ingredient consists_of contains has_part form_of tradename_of quantified_form_of has_dose_form isa'.split(
    ' ',
  ),
);

/** The files of a release in this folder or its `rrf`; null when it holds none. */
export function rxnormFiles(folder: string): { conso: string; rel: string | null } | null {
  for (const place of [folder, join(folder, 'rrf')]) {
    if (!existsSync(place)) continue;
    const names = readdirSync(place);
    const find = (name: string): string | null => {
      const found = names.find((each) => each.toUpperCase().replace(/\.GZ$/, '') === name);
      return found === undefined ? null : join(place, found);
    };
    const main = find('RXNCONSO.RRF');
    if (main !== null) return { conso: main, rel: find('RXNREL.RRF') };
  }
  return null;
}

export const readRxnorm = (
  files: { conso: string; rel: string | null },
  { version }: ReadOptions,
): Release => ({
  head: {
    kind: 'system',
    url: codeSystems.rxnorm,
    version: version ?? /(\d{8})/.exec(files.conso)?.[1] ?? null,
    title: 'RxNorm',
    category: 'medication',
    format: 'RxNorm RRF',
    notice: noticeOf(codeSystems.rxnorm),
    incomplete:
      files.rel === null ? 'RXNREL.RRF was not there: ingredients of products are not known.' : null,
  },
  entries: entriesOf(files),
});

interface Found {
  termType: string;
  term: string;
  also: Set<string>;
}

async function* entriesOf(files: { conso: string; rel: string | null }): AsyncGenerator<ReleaseEntry> {
  // All names of a concept have to be known before it is written, and nothing promises that its lines stand together.
  const found = new Map<string, Found>();
  for await (const line of linesOf(files.conso)) {
    const columns = columnsOf(files.conso, line, conso.columns);
    if (columns[conso.source] !== own || !['N', ''].includes(columns[conso.suppress]!)) continue;
    const [code, termType, term] = [
      columns[conso.rxcui]!,
      columns[conso.termType]!,
      columns[conso.term]!.trim(),
    ];
    if (!/^\d+$/.test(code))
      throw new BadRelease(placeOf(files.conso, line), `${code || 'nothing'} is no RXCUI.`);
    if (term === '') throw new BadRelease(placeOf(files.conso, line), 'the name is missing.');
    const before = found.get(code);
    if (!before) found.set(code, { termType, term, also: new Set() });
    else if (rankOf(termType) < rankOf(before.termType)) {
      found.set(code, { termType, term, also: before.also.add(before.term) });
    } else if (term !== before.term) before.also.add(term);
  }
  for (const [code, { termType, term, also }] of found) {
    yield {
      concept: { code, display: term, kind: termType, common: termType === 'IN', also: [...also] },
    };
  }
  if (files.rel === null) return;
  for await (const line of linesOf(files.rel)) {
    const columns = columnsOf(files.rel, line, rel.columns);
    const [first, second, relation] = [columns[rel.first]!, columns[rel.second]!, columns[rel.relation]!];
    const counts = columns[rel.source] === own && ['N', ''].includes(columns[rel.suppress]!);
    if (!counts || !keptRelations.has(relation) || !found.has(first) || !found.has(second)) continue;
    // A row says what the second concept is to the first: `X … has_ingredient … Y` means that Y has the ingredient X.
    yield { relation: { from: second, relation, to: first } };
  }
}

/** @throws BadRelease */
function columnsOf(path: string, line: Line, wanted: number): string[] {
  const columns = line.text.split('|');
  // The bar that closes a line leaves one empty piece behind it.
  if (columns.length < wanted || columns.length > wanted + 1) {
    throw new BadRelease(
      placeOf(path, line),
      `there are ${columns.length} columns where ${wanted} are expected.`,
    );
  }
  return columns;
}
