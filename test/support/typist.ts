import * as Y from 'yjs';
import { openPeer, type Peer } from './provider.ts';

/** Between two edits of one typist, ms. */
const keyMs = 3;

/** Somebody who sets one draft after another, and knows which ones the service has said are durable. */
export class Typist {
  readonly peer: Peer;
  /** Ids in the order in which they were written: one update each. */
  readonly written: string[] = [];
  /** How many of them the service has said are durable, on any of its connections. */
  acknowledged = 0;
  #connection = { sentBefore: 0, settled: 0 };
  #typing: NodeJS.Timeout | null = null;

  constructor(
    readonly name: string,
    { url, room, cookie }: { url: string; room: string; cookie: string },
  ) {
    this.peer = openPeer({ url, room, cookie, ext: true });
    this.peer.provider.maxBackoffTime = 200;
    // Every new connection counts from its own first message: the step 2 that carries all that was not yet known.
    this.peer.provider.on('status', ({ status }) => {
      if (status === 'connected') this.#connection = { sentBefore: this.written.length, settled: 0 };
    });
  }

  /** What `persisted` counts beyond the opening step 2 are this connection's updates, in order. */
  note(): void {
    const settled = this.peer.heard.persisted.at(-1)?.settled ?? 0;
    this.peer.heard.persisted.length = 0;
    if (settled > this.#connection.settled) this.#connection.settled = settled;
    if (this.#connection.settled === 0) return;
    this.acknowledged = Math.max(
      this.acknowledged,
      this.#connection.sentBefore + this.#connection.settled - 1,
    );
  }

  type(): void {
    const next = (): void => {
      const id = `${this.name}-${this.written.length}`;
      const draft = new Y.Map<unknown>();
      draft.set('category', 'diet');
      this.written.push(id);
      this.peer.doc.getMap('drafts').set(id, draft);
      this.note();
      this.#typing = setTimeout(next, keyMs);
    };
    next();
  }

  stop(): void {
    if (this.#typing) clearTimeout(this.#typing);
    this.#typing = null;
    this.note();
  }
}
