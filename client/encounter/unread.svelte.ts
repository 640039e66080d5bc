import type { Pane } from '../collab/openRoom.ts';
import type { Workspace } from './workspace.svelte.ts';

/** Panes that others have changed while another one was in front. */
export function unreadPanes(workspace: Workspace, front: () => Pane): { readonly panes: Pane[] } {
  let changed = $state.raw<readonly Pane[]>([]);

  $effect(() => {
    const stops = workspace.rooms.map(({ pane, live }) => {
      const { doc, provider } = live;
      const heard = (_update: Uint8Array, origin: unknown): void => {
        const theirs = origin === provider && live.loaded;
        if (theirs && front() !== pane && !changed.includes(pane)) changed = [...changed, pane];
      };
      doc.on('update', heard);
      return () => doc.off('update', heard);
    });
    return () => stops.forEach((stop) => stop());
  });

  $effect(() => {
    const looked = front();
    if (changed.includes(looked)) changed = changed.filter((pane) => pane !== looked);
  });

  return {
    get panes() {
      return [...changed];
    },
  };
}
