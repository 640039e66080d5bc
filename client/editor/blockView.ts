import type { Editor, NodeViewRendererProps } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import { BlockDom } from './blockDom.ts';

/** One line on the page. Changing its kind changes attributes of the same element, so a caret in it stays put. */
export class BlockView implements NodeView {
  readonly #drawn = new BlockDom((checked) => this.#toggle(checked));
  readonly dom = this.#drawn.dom;
  readonly contentDOM = this.#drawn.contentDOM;
  #node: Node;
  readonly #editor: Editor;
  readonly #getPos: () => number | undefined;

  constructor({ node, editor, getPos }: NodeViewRendererProps) {
    this.#editor = editor;
    this.#getPos = getPos;
    this.#node = node;
    this.#drawn.show(node, editor.isEditable);
  }

  update(node: Node): boolean {
    if (node.type.name !== 'block') return false;
    // Most often only its text is another, which is not drawn here; a box is named by its text.
    if (this.#drawn.box !== null || !node.sameMarkup(this.#node))
      this.#drawn.show(node, this.#editor.isEditable);
    this.#node = node;
    return true;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return mutation.type !== 'selection' && !this.contentDOM.contains(mutation.target);
  }

  stopEvent(event: Event): boolean {
    return event.target === this.#drawn.box;
  }

  #toggle(checked: boolean): void {
    const pos = this.#getPos();
    if (pos === undefined || !this.#editor.isEditable) return;
    const node = this.#editor.state.doc.nodeAt(pos);
    if (node === null) return;
    this.#editor.view.dispatch(
      this.#editor.state.tr.setNodeMarkup(pos, null, { ...node.attrs, checked: checked ? true : null }),
    );
  }
}
