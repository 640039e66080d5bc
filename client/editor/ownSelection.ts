import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import {
  NodeSelection,
  Plugin,
  PluginKey,
  Selection,
  TextSelection,
  type EditorState,
  type Transaction,
} from '@tiptap/pm/state';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import { carry, flatText, offsetOf, positionOf } from './caretPlace.ts';

const key = new PluginKey<boolean>('own-selection');

interface Origin {
  isChangeOrigin?: boolean;
  isUndoRedoOperation?: boolean;
}

/** Somebody else's change; my own undo also arrives from the shared document, and places the caret itself. */
export function isRemote(tr: Transaction): boolean {
  const origin = tr.getMeta(ySyncPluginKey) as Origin | undefined;
  return origin?.isChangeOrigin === true && origin.isUndoRedoOperation !== true;
}

/** My selection after a remote change: at the same words, whatever happened around them. */
export function carriedSelection(before: Selection, oldDoc: Node, newDoc: Node): Selection {
  const oldText = flatText(oldDoc);
  const newText = flatText(newDoc);
  const place = (pos: number): number => positionOf(newDoc, carry(oldText, newText, offsetOf(oldDoc, pos)));
  const anchor = place(before.anchor);
  if (before instanceof NodeSelection) {
    const node = newDoc.nodeAt(anchor);
    return node?.type === before.node.type
      ? NodeSelection.create(newDoc, anchor)
      : Selection.near(newDoc.resolve(anchor));
  }
  const head = before.empty ? anchor : place(before.head);
  return TextSelection.between(newDoc.resolve(anchor), newDoc.resolve(head));
}

function keepMyPlace(
  transactions: readonly Transaction[],
  oldState: EditorState,
  newState: EditorState,
): Transaction | null {
  if (!transactions.some((tr) => tr.docChanged) || !transactions.every(isRemote)) return null;
  const selection = carriedSelection(oldState.selection, oldState.doc, newState.doc);
  const marks = oldState.storedMarks;
  if (selection.eq(newState.selection) && marks === null) return null;
  const tr = newState.tr.setSelection(selection).setMeta('addToHistory', false);
  // Still part of the remote change: it must neither end my undo step nor scroll.
  tr.setMeta(ySyncPluginKey, { isChangeOrigin: true });
  // Bold that I have switched on for the next word stays on.
  if (marks !== null) tr.setStoredMarks(marks);
  return tr;
}

/** A remote person never moves my caret and never scrolls me. */
export const OwnSelection = Extension.create({
  name: 'ownSelection',
  // After the shared document's own plugin, whose idea of the caret is corrected here.
  priority: 10,

  addProseMirrorPlugins() {
    return [
      new Plugin<boolean>({
        key,
        state: {
          init: () => false,
          apply: (tr) => isRemote(tr),
        },
        props: { handleScrollToSelection: (view) => key.getState(view.state) === true },
        appendTransaction: keepMyPlace,
      }),
    ];
  },
});
