import { randomUUID } from 'node:crypto';

/** Attachments and little else are longer than this, characters. */
const long = 16 * 1024;

/** A JSON text from which long strings were taken, so that its parser need not read them character by character. */
export interface Shortened {
  text: string;
  /** Puts a string back in its place; for a parser's reviver. */
  restore(value: unknown): unknown;
  /** Where a place in the shortened text was in the whole one. */
  placeOf(position: number): number;
}

/**
 * The parser that keeps decimals builds a string from single characters, each a node on the heap: an attachment of
 * 32 MB would take a gigabyte. Null where no string is long.
 */
export function takeLongStrings(text: string): Shortened | null {
  const taken: { from: number; to: number; at: number }[] = [];
  const parts: string[] = [];
  const mark = randomUUID();
  let kept = 0;
  let length = 0;
  for (let from = text.indexOf('"'); from >= 0;) {
    const to = endOfString(text, from);
    if (to < 0) break;
    if (to - from > long && !isName(text, to)) {
      const before = text.slice(kept, from);
      const stand = `"${mark}${taken.length}"`;
      parts.push(before, stand);
      length += before.length + stand.length;
      taken.push({ from, to, at: length });
      kept = to;
    }
    from = text.indexOf('"', to);
  }
  if (taken.length === 0) return null;
  parts.push(text.slice(kept));
  return {
    text: parts.join(''),
    restore: (value) => {
      if (typeof value !== 'string' || !value.startsWith(mark)) return value;
      const { from, to } = taken[Number(value.slice(mark.length))]!;
      return JSON.parse(text.slice(from, to)) as string;
    },
    placeOf: (position) => {
      const last = taken.findLast(({ at }) => at <= position);
      return last === undefined ? position : position - last.at + last.to;
    },
  };
}

/** Whether the string that ends here names a member: the parser gives back values only. */
const isName = (text: string, end: number): boolean => /^\s*:/.test(text.slice(end, end + 1000));

/** The place after the quotation mark that ends the string which begins at `from`; -1 when nothing ends it. */
export function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return -1;
}
