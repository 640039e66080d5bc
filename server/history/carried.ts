import type { ID } from 'yjs';

/** Text as it stood together in a document, with the id of each of its UTF-16 units. */
export interface TextRun {
  text: string;
  ids: readonly ID[];
}

/** `length` units of `inserted` from `at` on are those of `deleted` from `from` on. */
export interface Carried {
  inserted: TextRun;
  at: number;
  deleted: TextRun;
  from: number;
  length: number;
}

/** Shorter matches are chance, unless one run is whole. */
const seed = 3;
/** Repetitive text must not make one entry slow. */
const maxCandidates = 32;

const isWordUnit = (unit: string | undefined): boolean => unit !== undefined && /[\p{L}\p{N}]/u.test(unit);

/** Whether a word begins or ends between the unit before `index` and the one at it. */
const isBoundary = (text: string, index: number): boolean =>
  !(isWordUnit(text[index - 1]) && isWordUnit(text[index]));

/**
 * Which of the text that an entry inserts is text that it deletes: a paragraph that is split, joined, retyped or moved
 * is deleted in one place and written again in another. Whole runs first, whatever their length; then the longest
 * pieces of three characters or more, cut to words, because a piece of a word says nothing about who wrote it. Each
 * deleted character is carried once.
 */
export function carriedText(inserted: readonly TextRun[], deleted: readonly TextRun[]): Carried[] {
  const carried: Carried[] = [];
  const taken = new Map<TextRun, Uint8Array>(
    deleted.map((run) => [run, new Uint8Array(run.text.length)] as const),
  );
  const take = (match: Carried): void => {
    taken.get(match.deleted)!.fill(1, match.from, match.from + match.length);
    carried.push(match);
  };
  const whole = new Map<string, TextRun[]>();
  for (const run of deleted) whole.set(run.text, [...(whole.get(run.text) ?? []), run]);
  const rest = inserted.filter((run) => {
    const same = whole.get(run.text)?.shift();
    if (same) take({ inserted: run, at: 0, deleted: same, from: 0, length: run.text.length });
    return !same;
  });
  const seeds = seedsOf(deleted);
  for (const run of rest) {
    for (let at = 0; at < run.text.length;) {
      const match = longestAt(run, at, seeds, taken);
      if (match) take(match);
      at = match ? match.at + match.length : at + 1;
    }
  }
  return carried;
}

interface Place {
  run: TextRun;
  at: number;
}

function seedsOf(runs: readonly TextRun[]): Map<string, Place[]> {
  const seeds = new Map<string, Place[]>();
  for (const run of runs) {
    for (let at = 0; at + seed <= run.text.length; at++) {
      const key = run.text.slice(at, at + seed);
      const places = seeds.get(key);
      if (!places) seeds.set(key, [{ run, at }]);
      else if (places.length < maxCandidates) places.push({ run, at });
    }
  }
  return seeds;
}

function longestAt(
  inserted: TextRun,
  at: number,
  seeds: ReadonlyMap<string, Place[]>,
  taken: ReadonlyMap<TextRun, Uint8Array>,
): Carried | null {
  let best: Carried | null = null;
  for (const { run, at: from } of seeds.get(inserted.text.slice(at, at + seed)) ?? []) {
    const used = taken.get(run)!;
    let length = 0;
    while (
      at + length < inserted.text.length &&
      from + length < run.text.length &&
      used[from + length] === 0 &&
      inserted.text[at + length] === run.text[from + length]
    ) {
      length += 1;
    }
    const match = inWords({ inserted, at, deleted: run, from, length });
    if (match && match.length > (best?.length ?? 0)) best = match;
  }
  return best;
}

/** The part of a match that neither side cuts out of a word; null when too little is left. */
function inWords(match: Carried): Carried | null {
  const { inserted, deleted } = match;
  let { at, from, length } = match;
  const cuts = (shift: number): boolean =>
    !isBoundary(inserted.text, at + shift) || !isBoundary(deleted.text, from + shift);
  const isWhole = (): boolean => length === inserted.text.length || length === deleted.text.length;
  if (isWhole()) return match;
  while (length > 0 && cuts(length)) length -= 1;
  while (length > 0 && cuts(0)) {
    at += 1;
    from += 1;
    length -= 1;
  }
  return length >= seed ? { ...match, at, from, length } : null;
}
