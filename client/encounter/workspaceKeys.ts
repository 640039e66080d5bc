import type { Pane } from '../collab/openRoom.ts';
import { paneOrder } from './workspacePanes.svelte.ts';

type KeyWish = 'leader' | 'review' | 'look-back' | Pane;

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'timeStamp'>;

/** Whoever has pressed the first of two keys and thought better of it writes on: the next digit is theirs again, ms. */
const ledForMs = 3_000;

const modifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock']);

/**
 * What somebody asks of the workspace by keyboard. Ctrl or Cmd with the point, then a number or a letter: chosen because
 * no layout, browser or screen reader uses it.
 */
export class WorkspaceKeys {
  #ledUntil = 0;

  press({ key, ctrlKey, metaKey, timeStamp }: Press): KeyWish | null {
    const withControl = ctrlKey || metaKey;
    if (withControl && key === '.') {
      this.#ledUntil = timeStamp + ledForMs;
      return 'leader';
    }
    // On some keyboards the digits need Shift: it is pressed between the two.
    if (modifiers.has(key)) return null;
    const isLed = timeStamp < this.#ledUntil;
    this.#ledUntil = 0;
    if (withControl && key === 'Enter') return 'review';
    if (!isLed) return null;
    return key === 'h' ? 'look-back' : (paneOrder[Number(key) - 1] ?? null);
  }
}
