import * as Y from 'yjs';
import type { ItemId } from '../../shared/quarantine/textOfUpdates.ts';

/** Path of the container that an item stands in, from its root: `sections/<id>/body`, `drafts/<id>/note`. */
export function placeOf(item: Y.Item): string | null {
  const path = item.parentSub === null ? [] : [item.parentSub];
  let type: unknown = item.parent;
  while (type instanceof Y.AbstractType) {
    // oxlint-disable-next-line no-underscore-dangle -- Yjs has no other way up
    const holder: Y.Item | null = type._item;
    if (holder === null) return [Y.findRootTypeKey(type), ...path].join('/');
    if (holder.parentSub !== null) path.unshift(holder.parentSub);
    type = holder.parent;
  }
  return null;
}

/** The place of something that the document may or may not know still. */
export function placeNear(doc: Y.Doc, { client, clock }: ItemId): string | null {
  if (clock >= Y.getState(doc.store, client)) return null;
  const structs = doc.store.clients.get(client) ?? [];
  const struct = structs[Y.findIndexSS(structs, clock)];
  return struct instanceof Y.Item ? placeOf(struct) : null;
}

/** The body at a path, when it is there. */
export function bodyAt(doc: Y.Doc, place: string | null): Y.XmlFragment | null {
  const [root, ...keys] = place?.split('/') ?? [];
  if (root === undefined || keys.length === 0 || !doc.share.has(root)) return null;
  let held: unknown = doc.getMap(root);
  for (const key of keys) held = held instanceof Y.Map ? held.get(key) : null;
  return held instanceof Y.XmlFragment && !(held instanceof Y.XmlElement) ? held : null;
}

/** Adds lines at the end of a body, as an edit of mine. An empty last line takes the first of them. */
export function appendLines(doc: Y.Doc, body: Y.XmlFragment, text: string): void {
  const lines = text.split('\n');
  doc.transact(() => {
    const last: unknown = body.length > 0 ? body.get(body.length - 1) : null;
    const content: unknown = last instanceof Y.XmlElement && last.length === 1 ? last.get(0) : null;
    if (last instanceof Y.XmlElement && content instanceof Y.XmlText && content.length === 0)
      content.insert(0, lines.shift() ?? '');
    const blocks = lines.map((line) => {
      const block = new Y.XmlElement('block');
      block.setAttribute('kind', 'paragraph');
      block.insert(0, [new Y.XmlText(line)]);
      return block;
    });
    if (blocks.length > 0) body.insert(body.length, blocks);
  });
}
