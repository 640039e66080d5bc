import { workspaceWords } from '../messages/workspace.ts';
import type { SaveState } from './saveState.ts';

const words = workspaceWords.save;
const reasons: Readonly<Record<string, string>> = workspaceWords.readOnly;

/** Why something is read only: a known reason in our words, the service's own words otherwise. */
export const readOnlyWords = (reason: string | null, loaded = true): string =>
  reason === null
    ? loaded
      ? workspaceWords.readOnly.other
      : workspaceWords.readOnly.loading
    : (reasons[reason] ?? reason);

/** The words on the save chip. */
export function saveWords(state: SaveState): string {
  switch (state.kind) {
    case 'saved':
      return words.saved;
    case 'saving':
      return words.saving;
    case 'reconnecting':
      return words.reconnecting;
    case 'on-device':
      return words.onDevice(state.changes);
    case 'waiting':
      return words.waiting(state.seconds);
    case 'not-saved':
      return words.notSaved;
    case 'read-only':
      return words.readOnly(readOnlyWords(state.reason, false));
  }
}
