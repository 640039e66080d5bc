import type { Rescue } from '../log/documentLog.ts';
import { rescuedFrame } from './frames.ts';
import type { Peer } from './peer.ts';

/** Tells authors what was rescued of theirs, wherever they have the document open: the letters of a tick in one frame. */
export class RescueNews {
  readonly #untold = new Map<string, Rescue>();
  #soon: NodeJS.Immediate | null = null;

  constructor(private readonly peers: ReadonlySet<Peer>) {}

  add(rescues: readonly Rescue[]): void {
    if (rescues.length === 0) return;
    for (const rescue of rescues) this.#untold.set(rescue.id, rescue);
    this.#soon ??= setImmediate(() => this.flush());
  }

  flush(): void {
    this.#unschedule();
    for (const { id, userId, text, place } of this.#untold.values()) {
      const frame = rescuedFrame({ text, where: place, rescueId: id });
      for (const peer of this.peers) if (peer.extended && peer.user.id === userId) peer.send(frame);
    }
    this.#untold.clear();
  }

  stop(): void {
    this.#unschedule();
    this.#untold.clear();
  }

  #unschedule(): void {
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#soon = null;
  }
}
