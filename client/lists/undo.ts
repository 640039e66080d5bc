import { toast } from 'svelte-sonner';
import { listWords } from '../messages/lists.ts';

/** Says that something was done, and offers its reverse. Names nothing: what is clinical stays on the page. */
export function offerUndo(done: string, undo: () => Promise<unknown>): void {
  toast(done, {
    duration: 10_000,
    actionButtonStyle: 'background: var(--surface); color: var(--ink); min-height: 28px; font-weight: 600;',
    action: {
      label: listWords.done.undo,
      onClick: () =>
        void undo().then(
          () => toast(listWords.done.undone),
          () => toast(listWords.done.notUndone),
        ),
    },
  });
}
