import * as Y from 'yjs';
import type { Entry, NodeShape, TextShape } from '../../shared/documents/shape.ts';
import { entryOf, type Place } from './paths.ts';
import type { RefusalReason } from './refusalReasons.ts';

type Content = Y.Item['content'];

/** Whether this may stand there; null when it may. `created` are the keys for good that the same update has made so far. */
export function checkContent(
  content: Content,
  place: Place,
  created: Map<unknown, Set<string>>,
): RefusalReason | null {
  const { shape, key } = place;
  switch (shape.type) {
    case 'map': {
      if (key === null) return 'wrong-place';
      const entry = entryOf(shape, key);
      return entry ? checkEntry(content, entry, place, key, created) : 'forbidden-key';
    }
    case 'fragment':
      return key === null ? checkNode(content, shape.nodes) : 'forbidden-key';
    case 'node':
      return key === null ? checkNodeChild(content, shape) : checkAttribute(content, shape, key);
    case 'text':
      return key === null ? checkText(content, shape) : 'forbidden-key';
  }
}

function checkEntry(
  content: Content,
  entry: Entry,
  { container }: Place,
  key: string,
  created: Map<unknown, Set<string>>,
): RefusalReason | null {
  if (entry.by === 'server') return 'forbidden-key';
  if (entry.type === 'shared' || entry.once) {
    const keys = created.get(container) ?? new Set();
    if (keys.has(key) || hasKey(container, key)) return 'second-creation';
    created.set(container, keys.add(key));
  }
  if (entry.type === 'shared') {
    if (!(content instanceof Y.ContentType)) return 'forbidden-content';
    const expected = entry.shape.type === 'map' ? Y.Map : Y.XmlFragment;
    return content.type.constructor === expected ? null : 'forbidden-content';
  }
  // A value that its author had replaced before sending.
  if (content instanceof Y.ContentDeleted && !entry.once) return null;
  if (!isValue(content) || (entry.once && content.arr.length > 1)) return 'forbidden-content';
  const isAllowed = content.arr.every((value) => !isMarker(value) && entry.accepts(value));
  return isAllowed ? null : 'forbidden-content';
}

/** Only the server says that a value is contested. */
const isMarker = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'contested' in value;

function hasKey(container: Place['container'], key: string): boolean {
  return container instanceof Y.AbstractType && container._map.has(key);
}

/** More than one: replaced by their author before sending, kept for undo, and joined by Yjs. The last one counts. */
export const isValue = (content: Content): content is Y.ContentAny =>
  content instanceof Y.ContentAny && content.arr.length > 0;

function checkNode(content: Content, nodes: Readonly<Record<string, NodeShape>>): RefusalReason | null {
  if (content instanceof Y.ContentDeleted) return null;
  if (!(content instanceof Y.ContentType)) return 'forbidden-content';
  const { type } = content;
  const isNode = type.constructor === Y.XmlElement && Object.hasOwn(nodes, (type as Y.XmlElement).nodeName);
  return isNode ? null : 'forbidden-content';
}

function checkNodeChild(content: Content, node: NodeShape): RefusalReason | null {
  if (content instanceof Y.ContentDeleted) return null;
  const isText = content instanceof Y.ContentType && content.type.constructor === Y.XmlText;
  return node.text && isText ? null : 'forbidden-content';
}

function checkAttribute(content: Content, node: NodeShape, key: string): RefusalReason | null {
  const accepts = Object.hasOwn(node.attributes, key) ? node.attributes[key] : undefined;
  if (!accepts) return 'forbidden-key';
  if (content instanceof Y.ContentDeleted) return null;
  return isValue(content) && content.arr.every(accepts) ? null : 'forbidden-content';
}

function checkText(content: Content, text: TextShape): RefusalReason | null {
  if (content instanceof Y.ContentString || content instanceof Y.ContentDeleted) return null;
  if (!(content instanceof Y.ContentFormat)) return 'forbidden-content';
  const accepts = Object.hasOwn(text.marks, content.key) ? text.marks[content.key] : undefined;
  return accepts?.(content.value) ? null : 'forbidden-content';
}
