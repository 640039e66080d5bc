import type { Page } from 'playwright-core';

/** What a page was caught at, and what it has promised. */
export interface Promises {
  /** Times at which the chip said "Saved" although the server had not counted everything that was written. */
  lies: string[];
  /** The text of the note when the chip last said "Saved" with good reason. */
  saved: string;
  /** How often the chip has changed. */
  changes: number;
  /** Gone if the page was ever loaded again. */
  sameWindow: boolean;
}

export const promisesOf = (page: Page): Promise<Promises> =>
  page.evaluate(() => (window as unknown as { promises: Promises }).promises);

/**
 * Runs in the page, before the application: listens to its own sockets and holds the chip against what it hears.
 * It counts sync messages that went out and what `persisted` (docs/protocol.md) said of them, and knows nothing else
 * of how the application decides.
 */
export function watchTheChip(): void {
  const promises: Promises = { lies: [], saved: '', changes: 0, sameWindow: true };
  (window as unknown as { promises: Promises }).promises = promises;
  const sync = 0;
  const step2 = 1;
  const persisted = 100;

  /** One document: what its present connection sent and has had counted. */
  interface Room {
    open: boolean;
    sent: number;
    counted: number;
    /** Something was written that an earlier connection, or none, has carried: the opening answer carries it now. */
    brought: boolean;
  }
  const rooms = new Map<string, Room>();
  // Somebody who has written nothing still answers the opening question; that answer alone is nothing to wait for.
  const owes = ({ brought, sent, counted }: Room): boolean => brought || (sent > 1 && counted < sent);

  function readVarUint(bytes: Uint8Array, from: number): [value: number, next: number] {
    let value = 0;
    let factor = 1;
    for (let at = from; ; at++) {
      const byte = bytes[at]!;
      value += (byte & 127) * factor;
      if (byte < 128) return [value, at + 1];
      factor *= 128;
    }
  }

  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      const path = new URL(url).pathname;
      if (!path.startsWith('/collab/')) return;
      const room: Room = { open: false, sent: 0, counted: 0, brought: false };
      this.addEventListener('open', () => {
        const before = rooms.get(path);
        room.open = true;
        room.brought = before !== undefined && owes(before);
        rooms.set(path, room);
      });
      this.addEventListener('close', () => (room.open = false));
      this.addEventListener('message', ({ data }) => {
        const bytes = new Uint8Array(data as ArrayBuffer);
        const [kind, afterKind] = readVarUint(bytes, 0);
        if (kind !== persisted) return;
        const [, afterSeq] = readVarUint(bytes, afterKind);
        const [length, vectorAt] = readVarUint(bytes, afterSeq);
        room.counted = readVarUint(bytes, vectorAt + length)[0];
        if (room.counted > 0 && room.counted >= room.sent) room.brought = false;
      });
      const send = this.send.bind(this);
      this.send = (data) => {
        const bytes = data instanceof Uint8Array ? data : new Uint8Array(data as ArrayBuffer);
        if (bytes[0] === sync && bytes[1]! >= step2) room.sent += 1;
        send(data);
      };
    }
  };

  addEventListener('input', (event) => {
    if (!(event.target as HTMLElement | null)?.isContentEditable) return;
    const note = [...rooms].find(([path]) => path.includes('/note/'))?.[1];
    if (note && !note.open) note.brought = true;
  });

  const owed = (): string | null => {
    for (const [path, room] of rooms) {
      if (owes(room))
        return `${path}: ${room.counted} of ${room.sent} counted${room.brought ? ', brought' : ''}`;
    }
    return null;
  };

  let before = '';
  let owedBefore: string | null = null;
  const look = (): void => {
    const chip = document.querySelector('.chip .text')?.textContent ?? '';
    const owing = owed();
    if (chip !== before) promises.changes += 1;
    // A key has until the next picture to reach the chip; what is owed for two pictures must be seen on it.
    if (chip === 'Saved' && owing !== null && (before !== 'Saved' || owedBefore === owing)) {
      promises.lies.push(owing);
    }
    if (chip === 'Saved' && owing === null) {
      promises.saved = [...document.querySelectorAll('[role="textbox"][aria-label$=", text"]')]
        .map((each) => (each as HTMLElement).innerText)
        .join('\n');
    }
    before = chip;
    owedBefore = owing;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
