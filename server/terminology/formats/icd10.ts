import { codeSystems } from '../starter/systems.ts';
import { BadRelease, type ReadOptions, type Release, type ReleaseEntry } from '../release.ts';
import { linesOf, placeOf, plainName } from './lines.ts';

/**
 * The order file of ICD-10-CM (CDC, NCHS and CMS), as its readme describes it: columns 1–5 the order, 7–13 the code
 * without its dot, 15 whether it can be billed, 17–76 the short and from 78 on the long description.
 */
const shape = /^(\d{5}) ([A-Z][0-9A-Z]{2,6}) *([01]) (.{60}) (.+)$/;

export const isOrderFileLine = (line: string): boolean => shape.test(line);

const dotted = (code: string): string => (code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code);

export const readIcd10 = (path: string, { system, version }: ReadOptions): Release => ({
  head: {
    kind: 'system',
    url: system ?? codeSystems.icd10,
    version: version ?? /(?:19|20)\d\d/.exec(plainName(path))?.[0] ?? null,
    title: 'ICD-10-CM',
    category: 'problem',
    format: 'ICD-10-CM order file',
    notice: null,
    incomplete: null,
  },
  entries: entriesOf(path),
});

async function* entriesOf(path: string): AsyncGenerator<ReleaseEntry> {
  // Headers above the line that is read; a code's parent is the longest of them with which it begins.
  const above: string[] = [];
  for await (const line of linesOf(path)) {
    if (line.text.trim() === '') continue;
    const parts = shape.exec(line.text);
    if (!parts) throw new BadRelease(placeOf(path, line), 'this is no line of an ICD-10-CM order file.');
    const [, , code = '', billable, , long = ''] = parts;
    while (above.length > 0 && !code.startsWith(above.at(-1)!)) above.pop();
    const parent = above.at(-1);
    if (parent !== undefined) {
      yield { relation: { from: dotted(code), relation: 'parent', to: dotted(parent) } };
    }
    yield {
      concept: {
        code: dotted(code),
        display: long.trim(),
        kind: billable === '1' ? 'billable' : 'header',
      },
    };
    above.push(code);
  }
}
