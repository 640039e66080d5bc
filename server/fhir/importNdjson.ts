import type { ImportedBundle } from './importBundle.ts';
import type { ImportProblem } from './importReport.ts';
import { no, type Result } from '../../shared/wire/result.ts';
import type { Bundle, BundleEntry } from './bundle.ts';
import { linesOf, longestLine, type Line } from './ndjsonLines.ts';
import { bundleOf } from './sourceBundle.ts';
import { Unreadable, type SourceBytes } from './sourceBytes.ts';

/** Enough that a commit's fixed cost is spread, little enough that memory and the writer's queue stay small. */
const mostLines = 400;
const mostBytes = 4 * 1024 * 1024;

/** What is known of the lines up to one of them. */
export interface Advance {
  /** Everything up to and with this line is dealt with. */
  lines: number;
  /** Of lines that were left out since the last advance. */
  problems: ImportProblem[];
  imported: ImportedBundle | null;
}

export interface NdjsonSteps {
  /** Lines that an earlier run has dealt with. */
  after: number;
  /** Stores a bundle whole or not at all, in one transaction with what `advance` makes of it. */
  store(
    bundle: Bundle,
    advance: (imported: ImportedBundle) => Advance,
  ): Promise<Result<ImportedBundle, ImportProblem[]>>;
  /** Said after each part that was stored, and at the end. */
  advanced(advance: Advance): void;
}

interface Entry extends BundleEntry {
  line: number;
}

/** What is stored together: lines of one resource each, or the one bundle that a line is. */
interface Part extends Bundle {
  entries: Entry[];
  isBundleOfALine: boolean;
}

const problemsAtOnce = 1000;

/** A file of one resource a line. A line that cannot be stored is named and left out; it stops no other. */
export async function importNdjson(source: SourceBytes, steps: NdjsonSteps): Promise<void> {
  let waiting: Entry[] = [];
  let waitingBytes = 0;
  let problems: { line: number; problem: ImportProblem }[] = [];
  let seen = steps.after;
  let storing: Promise<void> | null = null;

  const advance = (lines: number, imported: ImportedBundle | null): Advance => ({
    lines,
    problems: problems.filter(({ line }) => line <= lines).map(({ problem }) => problem),
    imported,
  });
  const advanced = (lines: number, imported: ImportedBundle | null): void => {
    steps.advanced(advance(lines, imported));
    problems = problems.filter(({ line }) => line > lines);
  };

  /** Stores a part; where it is refused, finds by halves the lines on whose account it was. */
  async function store(part: Part): Promise<void> {
    const { entries, isBundleOfALine } = part;
    const { line } = entries.at(-1)!;
    const byLine = (imported: ImportedBundle): ImportedBundle => ({
      ...imported,
      unresolved: imported.unresolved.map((each) => ({
        ...each,
        ...(isBundleOfALine ? atLine(line, each) : atNumberedLine(each)),
      })),
    });
    const stored = await steps.store(part, (imported) => advance(line, byLine(imported)));
    if (stored.ok) advanced(line, byLine(stored.value));
    else if (isBundleOfALine || entries.length === 1) {
      const first = stored.error[0] ?? { place: '', message: 'This was refused.' };
      problems.push({
        line,
        problem: isBundleOfALine ? atLine(line, first) : atLine(line, withoutEntry(first)),
      });
    } else {
      const middle = entries.length >> 1;
      await store({ ...part, entries: entries.slice(0, middle) });
      await store({ ...part, entries: entries.slice(middle) });
    }
  }

  /** What follows is read while the writer stores this; of two parts, the second waits for the first. */
  async function begin(part: Part): Promise<void> {
    await stored();
    storing = store(part);
    // Whoever waits for it next is told of its failure.
    storing.catch(() => undefined);
  }

  async function stored(): Promise<void> {
    const before = storing;
    storing = null;
    await before;
  }

  async function flush(): Promise<void> {
    const entries = waiting;
    waiting = [];
    waitingBytes = 0;
    if (entries.length > 0) await begin({ type: 'collection', entries, isBundleOfALine: false });
  }

  async function take({ number, bytes }: Line): Promise<void> {
    const read = bytes === null ? tooLong : bundleOf(bytes);
    if (!read.ok) {
      problems.push({ line: number, problem: atLine(number, read.error[0]!) });
      return;
    }
    const { type, entries } = read.value;
    if (type === 'collection' && entries.length === 1) {
      waiting.push({ ...entries[0]!, index: number, line: number });
      waitingBytes += bytes!.length;
      return;
    }
    await flush();
    const ofLine = entries.map((entry) => ({ ...entry, line: number }));
    if (ofLine.length > 0) await begin({ type, entries: ofLine, isBundleOfALine: true });
  }

  try {
    for await (const line of linesOf(source)) {
      if (line.number <= steps.after) continue;
      await take(line);
      seen = line.number;
      if (waiting.length >= mostLines || waitingBytes >= mostBytes) await flush();
      if (problems.length >= problemsAtOnce) {
        await flush();
        await stored();
        advanced(seen, null);
      }
    }
    await flush();
  } catch (error) {
    if (!(error instanceof Unreadable)) {
      await stored();
      throw error;
    }
    await flush();
    problems.push({
      line: seen,
      problem: { place: seen === 0 ? '' : `after line ${seen}`, message: error.message },
    });
  }
  await stored();
  advanced(seen, null);
}

const tooLong = no<ImportProblem[]>([
  { place: '', message: `This line is longer than ${longestLine / 1024 / 1024} MiB.` },
]);

/** `line 17, column 5`, or `line 17 /subject/reference`. */
function atLine(line: number, { place, message }: ImportProblem): ImportProblem {
  const column = /^line 1, (column \d+)$/.exec(place)?.[1];
  if (column !== undefined) return { place: `line ${line}, ${column}`, message };
  return { place: place === '' ? `line ${line}` : `line ${line} ${place}`, message };
}

const numbered = /^\/entry\/(\d+)(?:\/resource)?/;

/** Entries of a part are numbered by their lines. */
const atNumberedLine = (problem: ImportProblem): ImportProblem =>
  atLine(Number(numbered.exec(problem.place)?.[1] ?? 0), withoutEntry(problem));

const withoutEntry = ({ place, message }: ImportProblem): ImportProblem => ({
  place: place.replace(numbered, ''),
  message,
});
