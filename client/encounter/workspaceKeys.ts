import type { Pane } from '../collab/openRoom.ts';
import { paneOrder } from './workspacePanes.svelte.ts';

type KeyWish = 'leader' | 'review' | 'look-back' | Pane;

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>;

const modifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock']);

/**
 * What somebody asks of the workspace by keyboard. Ctrl or Cmd with the point, then a number or a letter: chosen because
 * no layout, browser or screen reader uses it.
 */
export class WorkspaceKeys {
  #isLed = false;

  press({ key, ctrlKey, metaKey }: Press): KeyWish | null {
    const withControl = ctrlKey || metaKey;
    if (withControl && key === '.') {
      this.#isLed = true;
      return 'leader';
    }
    // On some keyboards the digits need Shift: it is pressed between the two.
    if (modifiers.has(key)) return null;
    const isLed = this.#isLed;
    this.#isLed = false;
    if (withControl && key === 'Enter') return 'review';
    if (!isLed) return null;
    return key === 'h' ? 'look-back' : (paneOrder[Number(key) - 1] ?? null);
  }
}
