import type { EditorView } from '@tiptap/pm/view';
import { relativePositionToAbsolutePosition, ySyncPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import type { Peer, PresentUser } from '../collab/presence.svelte.ts';
import type { SyncState } from './ownCaret.ts';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface RemoteCaret {
  clientId: number;
  user: PresentUser;
  bar: Box;
  /** Words that this person has selected. */
  selected: Box[];
  /** Where the name fits: right of the caret at the end of a line, else above it, to the right or to the left. */
  name: 'beside' | 'above' | 'above-left';
}

/** Widest name tag there is: glyph, role and initials. */
const nameWidth = 150;

/** Where a peer's relative position lies now; null while the text it hangs on has not arrived. */
function placeOf(view: EditorView, relative: unknown): number | null {
  const { doc, type, binding } = ySyncPluginKey.getState(view.state) as SyncState;
  try {
    return relativePositionToAbsolutePosition(
      doc,
      type,
      Y.createRelativePositionFromJSON(relative),
      binding.mapping as never,
    );
  } catch {
    // A position that a peer made up, or of another body.
    return null;
  }
}

function selectedBoxes(view: EditorView, from: number, to: number, origin: DOMRect): Box[] {
  const range = document.createRange();
  const start = view.domAtPos(from);
  const end = view.domAtPos(to);
  range.setStart(start.node, start.offset);
  range.setEnd(end.node, end.offset);
  return [...range.getClientRects()]
    .filter(({ width }) => width > 0 && width < origin.width)
    .map(({ left, top, width, height }) => ({
      left: left - origin.left,
      top: top - origin.top,
      width,
      height,
    }));
}

/** Measures where the others' carets stand, relative to `layer`. They are drawn over the text and move none of it. */
export function measureCarets(view: EditorView, layer: HTMLElement, peers: readonly Peer[]): RemoteCaret[] {
  const origin = layer.getBoundingClientRect();
  const { doc, selection } = view.state;
  return peers.flatMap((peer) => {
    if (peer.cursor === null) return [];
    const head = placeOf(view, peer.cursor.head);
    const anchor = placeOf(view, peer.cursor.anchor) ?? head;
    if (head === null || anchor === null || head > doc.content.size || anchor > doc.content.size) return [];
    const $head = doc.resolve(head);
    // Nothing is drawn into a line while an input method composes there.
    if (view.composing && $head.sameParent(selection.$head)) return [];
    const at = view.coordsAtPos(head, 1);
    const bar = {
      left: at.left - origin.left,
      top: at.top - origin.top,
      width: 2,
      height: at.bottom - at.top,
    };
    const atEnd = $head.parentOffset === $head.parent.content.size;
    return {
      clientId: peer.clientId,
      user: peer.user,
      bar,
      name: bar.left > origin.width - nameWidth ? 'above-left' : atEnd ? 'beside' : 'above',
      selected:
        anchor === head ? [] : selectedBoxes(view, Math.min(anchor, head), Math.max(anchor, head), origin),
    };
  });
}
