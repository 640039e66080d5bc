import type { EditorView } from '@tiptap/pm/view';

/** What ProseMirror keeps to itself: it reads the page's selection when the browser says that it has changed. */
interface Observing {
  domObserver: { flush(): void };
}

/**
 * Takes where the browser has put my caret. The browser tells of it a moment later than it does it (End, a tap), and a
 * remote change painted within that moment would put the caret back to where it was.
 */
export function takeNativeCaret(view: EditorView): void {
  if (!view.isDestroyed && view.hasFocus()) (view as unknown as Observing).domObserver.flush();
}
