import { fold } from './search.ts';

/** Words as they are looked for: folded, each must be there. */
export const wordsOf = (typed: string): string[] => [
  ...new Set(
    fold(typed)
      .split(/[^\p{L}\p{N}.]+/u)
      .filter((word) => word !== ''),
  ),
];

/** Text to look through: folded, with a space where no letter or digit is, so that ` pot` finds a word that begins so. */
export const lookThrough = (text: string): string => ` ${fold(text).replace(/[^\p{L}\p{N}.]+/gu, ' ')}`;

/** Whether each word begins a word of the text. */
export const hasWords = (folded: string, words: readonly string[]): boolean =>
  words.every((word) => folded.includes(` ${word}`));

const before = 60;
const length = 180;

/** The piece of a text in which the first of some words stands, and where in it all of them are. */
export function snippetOf(
  text: string,
  words: readonly string[],
): { text: string; marks: [number, number][] } | null {
  const found = placesOf(text, words);
  const first = found[0];
  if (!first) return null;
  let start = Math.max(0, first[0] - before);
  if (start > 0) start = text.indexOf(' ', start) + 1 || start;
  start = Math.min(start, first[0]);
  const piece = text.slice(start, start + length);
  const marks = found
    .filter(([from, to]) => from >= start && to <= start + piece.length)
    .map(([from, to]): [number, number] => [from - start, to - start]);
  return { text: inOneLine(piece), marks };
}

/** As long as before, so that marks stay where they are: a heading's sign becomes a dot between lines. */
const inOneLine = (piece: string): string =>
  piece.replace(/(^|\n)#{1,6} /g, (sign) => `${' '.repeat(sign.length - 2)}· `).replace(/\s/g, ' ');

/** Beginnings of words, by their place in the text as it is written: folding may make it longer or shorter. */
export function placesOf(text: string, words: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}.\p{M}]+/gu)) {
    const folded = fold(match[0]);
    const word = words.find((each) => folded.startsWith(each));
    if (word === undefined) continue;
    found.push([match.index, match.index + lengthOf(match[0], word.length)]);
  }
  return found;
}

/** How many characters of a word make so many folded ones. */
function lengthOf(written: string, folded: number): number {
  for (let end = 1; end < written.length; end++) if (fold(written.slice(0, end)).length >= folded) return end;
  return written.length;
}
