import * as Y from 'yjs';
import type { PastLine } from '../../shared/history/schema.ts';

/** A line of old text as it goes into the draft. */
export type CopiedLine = Pick<PastLine, 'kind' | 'level' | 'indent' | 'checked' | 'value'> & {
  runs: readonly { text: string; marks?: Record<string, unknown> }[];
};

/** The body in the live document where copied text belongs; null where it is no more, or nobody would see it. */
export function bodyIn(doc: Y.Doc, place: { section: string } | { problem: string }): Y.XmlFragment | null {
  const [root, id, key] =
    'section' in place ? ['sections', place.section, 'body'] : ['problems', place.problem, 'evaluation'];
  const holder = doc.getMap<Y.Map<unknown>>(root).get(id!);
  const body = holder?.get('removed') === true ? null : holder?.get(key!);
  return body instanceof Y.XmlFragment ? body : null;
}

/**
 * Adds old text to the end of a body, as an edit of whoever copies it: what others have written since stays as it is.
 * A body that is one empty line is filled rather than left with a blank above the text.
 */
export function appendLines(body: Y.XmlFragment, lines: readonly CopiedLine[]): void {
  body.doc?.transact(() => {
    const [first, ...rest] = lines;
    const empty = emptyLine(body);
    if (first === undefined) return;
    if (empty && first.kind !== 'reference') {
      for (const [name, value] of attributesOf(first)) setAttribute(empty.block, name, value);
      write(empty.text, first);
      if (rest.length > 0) body.insert(body.length, rest.map(nodeOf));
    } else body.insert(body.length, lines.map(nodeOf));
  });
}

function emptyLine(body: Y.XmlFragment): { block: Y.XmlElement; text: Y.XmlText } | null {
  const block = body.length === 1 ? body.get(0) : null;
  if (!(block instanceof Y.XmlElement) || block.nodeName !== 'block') return null;
  const text = block.length === 1 ? block.get(0) : null;
  return text instanceof Y.XmlText && text.length === 0 ? { block, text } : null;
}

const attributesOf = ({ kind, level, indent, checked }: CopiedLine): [string, unknown][] =>
  Object.entries({ kind, level, indent, checked: checked === true ? true : undefined }).filter(
    ([, value]) => value !== undefined,
  );

/** Yjs keeps attribute values of any JSON type; its own types name only strings. */
const setAttribute = (element: Y.XmlElement, name: string, value: unknown): void =>
  element.setAttribute(name, value as string);

function nodeOf(line: CopiedLine): Y.XmlElement {
  const isReference = line.kind === 'reference';
  const element = new Y.XmlElement(isReference ? 'reference' : 'block');
  if (isReference) {
    setAttribute(element, 'value', line.value ?? '');
    setAttribute(element, 'text', line.runs.map(({ text }) => text).join(''));
    return element;
  }
  for (const [name, value] of attributesOf(line)) setAttribute(element, name, value);
  const text = new Y.XmlText();
  element.insert(0, [text]);
  write(text, line);
  return element;
}

function write(text: Y.XmlText, { runs }: CopiedLine): void {
  let at = 0;
  for (const run of runs) {
    if (run.text === '') continue;
    text.insert(at, run.text, run.marks ?? {});
    at += run.text.length;
  }
}
