import type { Editor, NodeViewRendererProps } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import { indentOf, kindOf } from './blockKinds.ts';

/** One line on the page. Changing its kind changes attributes of the same element, so a caret in it stays put. */
export class BlockView implements NodeView {
  readonly dom = document.createElement('div');
  readonly contentDOM = document.createElement('div');
  #box: HTMLInputElement | null = null;
  readonly #editor: Editor;
  readonly #getPos: () => number | undefined;

  constructor({ node, editor, getPos }: NodeViewRendererProps) {
    this.#editor = editor;
    this.#getPos = getPos;
    this.dom.className = 'block';
    this.contentDOM.className = 'block-text';
    this.dom.append(this.contentDOM);
    this.#show(node);
  }

  update(node: Node): boolean {
    if (node.type.name !== 'block') return false;
    this.#show(node);
    return true;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return mutation.type !== 'selection' && !this.contentDOM.contains(mutation.target);
  }

  stopEvent(event: Event): boolean {
    return event.target === this.#box;
  }

  #show(node: Node): void {
    const kind = kindOf(node);
    const level = Number(node.attrs['level'] ?? 1);
    this.dom.dataset['kind'] = kind;
    this.dom.dataset['indent'] = String(indentOf(node));
    if (kind === 'heading') {
      this.dom.dataset['level'] = String(level);
      this.contentDOM.setAttribute('role', 'heading');
      // The note's title is level 2 and its sections level 3.
      this.contentDOM.setAttribute('aria-level', String(level + 3));
    } else {
      delete this.dom.dataset['level'];
      this.contentDOM.removeAttribute('role');
      this.contentDOM.removeAttribute('aria-level');
    }
    this.#showBox(kind === 'check', node.attrs['checked'] === true, node.textContent);
  }

  #showBox(isCheck: boolean, checked: boolean, label: string): void {
    if (!isCheck) {
      this.#box?.remove();
      this.#box = null;
      delete this.dom.dataset['checked'];
      return;
    }
    if (this.#box === null) {
      this.#box = document.createElement('input');
      this.#box.type = 'checkbox';
      this.#box.contentEditable = 'false';
      this.#box.addEventListener('change', () => this.#toggle());
      this.dom.prepend(this.#box);
    }
    this.#box.checked = checked;
    this.#box.ariaLabel = label === '' ? '-' : label;
    this.#box.disabled = !this.#editor.isEditable;
    this.dom.dataset['checked'] = String(checked);
  }

  #toggle(): void {
    const pos = this.#getPos();
    if (pos === undefined || !this.#editor.isEditable) return;
    const node = this.#editor.state.doc.nodeAt(pos);
    if (node === null) return;
    this.#editor.view.dispatch(
      this.#editor.state.tr.setNodeMarkup(pos, null, {
        ...node.attrs,
        checked: this.#box?.checked ? true : null,
      }),
    );
  }
}
