import type { Node } from '@tiptap/pm/model';
import { indentOf, kindOf } from './blockKinds.ts';

/** The boxes of a text follow whether it can be edited: one that gives way and sets nothing would show what is not so. */
export function enableBoxes(text: HTMLElement, editable: boolean): void {
  for (const box of text.querySelectorAll<HTMLInputElement>('.block > input')) box.disabled = !editable;
}

/** What a line is drawn with, in an editor and at rest. */
export class BlockDom {
  readonly dom = document.createElement('div');
  readonly contentDOM = document.createElement('div');
  readonly #onToggle: (checked: boolean) => void;
  #box: HTMLInputElement | null = null;

  constructor(onToggle: (checked: boolean) => void) {
    this.#onToggle = onToggle;
    this.dom.className = 'block';
    this.contentDOM.className = 'block-text';
    this.dom.append(this.contentDOM);
  }

  get box(): HTMLInputElement | null {
    return this.#box;
  }

  show(node: Node, editable: boolean): void {
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
    if (kind === 'check') this.#showBox(node, editable);
    else this.#hideBox();
  }

  #hideBox(): void {
    if (this.#box === null) return;
    this.#box.remove();
    this.#box = null;
    delete this.dom.dataset['checked'];
  }

  #showBox(node: Node, editable: boolean): void {
    if (this.#box === null) {
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.contentEditable = 'false';
      box.addEventListener('change', () => this.#onToggle(box.checked));
      this.dom.prepend(box);
      this.#box = box;
    }
    const checked = node.attrs['checked'] === true;
    this.#box.checked = checked;
    this.#box.ariaLabel = node.textContent === '' ? '-' : node.textContent;
    this.#box.disabled = !editable;
    this.dom.dataset['checked'] = String(checked);
  }
}
