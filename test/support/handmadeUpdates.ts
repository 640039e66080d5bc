import * as Y from 'yjs';
import type { AnyType } from '../../server/collab/paths.ts';
import type { Shape } from '../../shared/documents/shape.ts';

export { encodeUpdate } from '../../server/collab/encodeUpdate.ts';

type Content = ConstructorParameters<typeof Y.Item>[7];

export interface Claims {
  client: number;
  clock: number;
  origin?: Y.ID | null;
  rightOrigin?: Y.ID | null;
  /** A root's name, or the item that holds the parent; only on the wire when there is no origin. */
  parent?: string | Y.ID | null;
  key?: string | null;
  content: Content;
}

/** A struct that says of itself whatever it is told to. */
export const item = ({ client, clock, content, ...claims }: Claims): Y.Item =>
  new Y.Item(
    Y.createID(client, clock),
    null,
    claims.origin ?? null,
    null,
    claims.rightOrigin ?? null,
    (claims.parent ?? null) as never,
    claims.key ?? null,
    content,
  );

/** What in a document its registry entry does not allow: found by walking it, without asking the gate. */
export function illegalIn(doc: Y.Doc, roots: Readonly<Record<string, Shape>>): string[] {
  const found: string[] = [];
  for (const [name, type] of doc.share) {
    const shape = roots[name];
    if (!shape) found.push(`root ${name}`);
    else walk(type, shape, name, found);
  }
  return found;
}

const idPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

function walk(type: AnyType, shape: Shape, path: string, found: string[]): void {
  const listed: Y.Item[] = [];
  for (let each = type._start; each; each = each.right) if (!each.deleted) listed.push(each);
  const keyed = [...type._map].filter(([, each]) => !each.deleted);
  if (shape.type === 'map') {
    if (listed.length > 0) found.push(`${path}: a list in a map`);
    for (const [key, each] of keyed) walkKey(shape, key, each, `${path}/${key}`, found);
    return;
  }
  for (const [key, { content }] of keyed) {
    const accepts = shape.type === 'node' ? shape.attributes[key] : undefined;
    if (!accepts || !(content instanceof Y.ContentAny) || !accepts(content.arr.at(-1)))
      found.push(`${path}@${key}`);
  }
  for (const [index, { content }] of listed.entries()) {
    const here = `${path}[${index}]`;
    if (shape.type === 'text') {
      const isMark = content instanceof Y.ContentFormat && shape.marks[content.key]?.(content.value);
      if (!(content instanceof Y.ContentString) && !isMark) found.push(here);
      continue;
    }
    const child = content instanceof Y.ContentType ? content.type : null;
    const below =
      shape.type === 'fragment'
        ? child instanceof Y.XmlElement && shape.nodes[child.nodeName]
        : child instanceof Y.XmlText && shape.text;
    if (!child || !below) found.push(here);
    else walk(child, below, here, found);
  }
}

function walkKey(
  shape: Extract<Shape, { type: 'map' }>,
  key: string,
  { content }: Y.Item,
  path: string,
  found: string[],
): void {
  const entry = shape.keys?.[key] ?? (idPattern.test(key) ? shape.each : undefined);
  if (!entry) return void found.push(path);
  if (entry.type === 'shared') {
    if (content instanceof Y.ContentType) walk(content.type, entry.shape, path, found);
    else found.push(path);
    return;
  }
  const value: unknown = content instanceof Y.ContentAny ? content.arr.at(-1) : undefined;
  const isMarker = typeof value === 'object' && value !== null && 'contested' in value;
  if (!(content instanceof Y.ContentAny) || !(entry.accepts(value) || isMarker)) found.push(path);
}
