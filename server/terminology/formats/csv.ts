import { BadRelease } from '../release.ts';
import { linesOf, placeOf, type Line } from './lines.ts';

export type CsvRow = { line: Line; values: string[] };

/** The values of one record as RFC 4180 writes them; null while a quoted value goes on in the next line. */
export function splitCsv(text: string): string[] | null {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      for (at += 1; ; at += 1) {
        if (at >= text.length) return null;
        if (text[at] !== '"') value += text[at];
        else if (text[at + 1] === '"') value += text[(at += 1)];
        else break;
      }
      values.push(value);
      at += 1;
    } else {
      const end = text.indexOf(',', at);
      values.push(text.slice(at, end < 0 ? text.length : end));
      at = end < 0 ? text.length : end;
    }
    if (at >= text.length) return values;
    if (text[at] !== ',') return values.concat(text.slice(at));
    at += 1;
    if (at === text.length) return [...values, ''];
  }
}

/** A value that never closes would otherwise swallow the rest of the file. */
const maxRecordChars = 1_000_000;

/** The records of a file, each with the line on which it begins. @throws BadRelease */
export async function* csvRows(path: string): AsyncGenerator<CsvRow> {
  let open: Line | null = null;
  for await (const line of linesOf(path)) {
    const text: string = open === null ? line.text : `${open.text}\n${line.text}`;
    const start: Line = open === null ? line : { ...open, text };
    if (open === null && text.trim() === '') continue;
    const values = splitCsv(text);
    if (values === null) {
      if (text.length > maxRecordChars)
        throw new BadRelease(placeOf(path, start), 'a quotation mark is never closed.');
      open = start;
      continue;
    }
    open = null;
    yield { line: start, values };
  }
  if (open !== null) throw new BadRelease(placeOf(path, open), 'a quotation mark is never closed.');
}

export type CsvRecord = { line: Line; value(name: string): string };

/** Records by the names in the first line, whatever their case. @throws BadRelease when a needed column is missing */
export async function* csvRecords(path: string, needed: readonly string[]): AsyncGenerator<CsvRecord> {
  let places: Map<string, number> | null = null;
  for await (const { line, values } of csvRows(path)) {
    if (places === null) {
      places = new Map(values.map((name, index) => [name.trim().toLowerCase(), index]));
      const missing = needed.filter((name) => !places!.has(name));
      if (missing.length > 0) {
        throw new BadRelease(placeOf(path, line), `there is no column called ${missing.join(' or ')}.`);
      }
      continue;
    }
    const known = places;
    yield { line, value: (name) => values[known.get(name) ?? -1]?.trim() ?? '' };
  }
}
