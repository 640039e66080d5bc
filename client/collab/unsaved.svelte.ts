import type { SyncMessage } from './countingSocket.ts';
import { Outstanding } from './outstanding.ts';

const tickMs = 500;

/** How much of what I wrote in one document is not durable yet, and for how long, as a screen follows it. */
export class Unsaved {
  #count = $state(0);
  #oldestAt = $state<number | null>(null);
  #now = $state(Date.now());
  readonly #outstanding = new Outstanding();
  /** The message that carries the change which is about to be told. */
  #justSent: number | null = null;
  #ticker: ReturnType<typeof setInterval> | null = null;
  readonly #nothingLeft: () => void;

  constructor(nothingLeft: () => void) {
    this.#nothingLeft = nothingLeft;
  }

  get count(): number {
    return this.#count;
  }

  get msSinceOldest(): number {
    return this.#oldestAt === null ? 0 : Math.max(0, this.#now - this.#oldestAt);
  }

  sent(message: SyncMessage, place: number): void {
    if (message === 'update') {
      this.#justSent = place;
      return;
    }
    this.#outstanding.resent(place);
    this.#look();
  }

  /** I have changed the document; what carries it has been sent, or there is no line. */
  edited(): void {
    this.#outstanding.edited(Date.now(), this.#justSent);
    this.#justSent = null;
    this.#look();
  }

  settled(messages: number): void {
    this.#outstanding.settled(messages);
    this.#look();
  }

  linkLost(): void {
    this.#outstanding.linkLost();
    this.#look();
  }

  forget(): void {
    this.#outstanding.forget();
    this.#look();
  }

  stop(): void {
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = null;
  }

  #look(): void {
    this.#count = this.#outstanding.count;
    this.#oldestAt = this.#outstanding.oldestAt;
    this.#now = Date.now();
    if (this.#count === 0) {
      this.stop();
      this.#nothingLeft();
      return;
    }
    this.#ticker ??= setInterval(() => {
      this.#now = Date.now();
    }, tickMs);
  }
}
