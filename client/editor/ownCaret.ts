import { Extension } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { absolutePositionToRelativePosition, ySyncPluginKey } from '@tiptap/y-tiptap';
import type * as Y from 'yjs';

/** Others see my caret move at most this often. */
const tellEveryMs = 250;

export interface SyncState {
  doc: Y.Doc;
  type: Y.XmlFragment;
  binding: { mapping: Map<Y.AbstractType<unknown>, unknown> };
}

export interface OwnCaretOptions {
  /** Null: I am not in this body any more. */
  tell: (cursor: { anchor: unknown; head: unknown } | null) => void;
}

class CaretTeller {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #toldAt = -Infinity;
  readonly #view: EditorView;
  readonly #tell: OwnCaretOptions['tell'];

  constructor(view: EditorView, tell: OwnCaretOptions['tell']) {
    this.#view = view;
    this.#tell = tell;
    view.dom.addEventListener('focus', this.#soon);
    view.dom.addEventListener('blur', this.#left);
  }

  update(): void {
    if (this.#view.hasFocus()) this.#soon();
  }

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#view.dom.removeEventListener('focus', this.#soon);
    this.#view.dom.removeEventListener('blur', this.#left);
    this.#tell(null);
  }

  readonly #soon = (): void => {
    const wait = this.#toldAt + tellEveryMs - performance.now();
    this.#timer ??= setTimeout(() => this.#now(), Math.max(0, wait));
  };

  readonly #left = (): void => {
    // The window lost focus, not this body: I am still here.
    if (document.activeElement === this.#view.dom) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#tell(null);
  };

  #now(): void {
    this.#timer = null;
    if (this.#view.isDestroyed || !this.#view.hasFocus()) return;
    this.#toldAt = performance.now();
    const { type, binding } = ySyncPluginKey.getState(this.#view.state) as SyncState;
    const { anchor, head } = this.#view.state.selection;
    const relative = (pos: number): unknown =>
      absolutePositionToRelativePosition(pos, type, binding.mapping as never);
    this.#tell({ anchor: relative(anchor), head: relative(head) });
  }
}

/** Tells the others where my caret is, a few times a second. */
export const OwnCaret = Extension.create<OwnCaretOptions>({
  name: 'ownCaret',

  addOptions() {
    return { tell: () => undefined };
  },

  addProseMirrorPlugins() {
    const { tell } = this.options;
    return [new Plugin({ view: (view) => new CaretTeller(view, tell) })];
  },
});
