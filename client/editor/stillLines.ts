import { getSchema } from '@tiptap/core';
import { DOMSerializer, type Node } from '@tiptap/pm/model';
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap';
import type * as Y from 'yjs';
import { BlockDom } from './blockDom.ts';
import { changedLines } from './changedLines.ts';
import { bodyExtensions } from './extensions.ts';

const schema = getSchema(bodyExtensions);
const serializer = DOMSerializer.fromSchema(schema);

/** A body drawn as its editor draws it, to the pixel, in an element in which nothing can be written. */
export class StillLines {
  #shown: Node | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly body: Y.XmlFragment,
  ) {}

  draw(): void {
    const now = yXmlFragmentToProseMirrorRootNode(this.body, schema);
    const changed = this.#shown
      ? changedLines(this.#shown, now)
      : { from: 0, beforeTo: 0, afterTo: now.childCount };
    this.#shown = now;
    const lines = Array.from({ length: changed.afterTo - changed.from }, (_, index) =>
      draw(now.child(changed.from + index)),
    );
    const range = document.createRange();
    range.setStart(this.host, changed.from);
    range.setEnd(this.host, changed.beforeTo);
    range.deleteContents();
    this.host.insertBefore(fragmentOf(lines), this.host.childNodes[changed.from] ?? null);
  }
}

function draw(node: Node): globalThis.Node {
  if (node.type.name !== 'block') return serializer.serializeNode(node);
  const line = new BlockDom(() => undefined);
  line.show(node, true);
  // Who comes by keyboard comes into the text: its boxes are the editor's to reach.
  if (line.box) line.box.tabIndex = -1;
  serializer.serializeFragment(node.content, {}, line.contentDOM);
  return line.dom;
}

function fragmentOf(nodes: readonly globalThis.Node[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes);
  return fragment;
}
