import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { countingSocket, type SyncMessage } from './countingSocket.ts';
import type { DocumentFacts } from './extensionMessages.ts';
import { hear, type Listener } from './hear.ts';
import { speakOnlyForMyself } from './ownAwareness.ts';
import { RemoteBatch } from './remoteBatch.ts';

export type LocalPresence = Record<string, unknown>;

export interface PresenceChanges {
  added: number[];
  updated: number[];
  removed: number[];
}

/** The schema of documents that this client can edit. */
export const schema = '1';

/** What a link tells: what the service says, and what becomes of the line. */
export interface LinkNews extends Omit<Listener, 'changed'> {
  /** I have changed the document. What that sent, if there is a line, has been told before. */
  edited(): void;
  sent(message: SyncMessage, place: number): void;
  /** Others' changes are about to be painted. */
  painting(): void;
  connected(isConnected: boolean): void;
  synced(isSynced: boolean): void;
  /** It tries again by itself. */
  lost(code: number | null): void;
  /** For good. */
  ended(code: number): void;
  present(changes: PresenceChanges): void;
}

interface LinkOptions {
  url: string;
  room: string;
  doc: Y.Doc;
  person: string | undefined;
  presence: LocalPresence;
}

/** The line between one document object and the service: the stock provider, with what this client hears and counts besides. */
export class Link {
  readonly provider: WebsocketProvider;
  readonly #batch: RemoteBatch;

  constructor({ url, room, doc, person, presence }: LinkOptions, news: LinkNews) {
    const provider = new WebsocketProvider(url, room, doc, {
      connect: false,
      params: { ext: '1', schema, ...(person === undefined ? {} : { user: person }) },
      disableBc: true,
      maxBackoffTime: 1_500,
      WebSocketPolyfill: countingSocket((message, place) => news.sent(message, place)),
    });
    const batch = new RemoteBatch((updates) => {
      news.painting();
      Y.applyUpdate(doc, updates.length === 1 ? updates[0]! : Y.mergeUpdates(updates), provider);
    });
    this.provider = provider;
    this.#batch = batch;
    hear(provider, { ...news, changed: (update) => batch.push(update) });
    speakOnlyForMyself(provider);
    provider.awareness.setLocalState(presence);
    provider.awareness.on('change', (changes: PresenceChanges) => news.present(changes));
    // After the provider's own listener, so that what it has just sent is known here.
    doc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin === provider) return;
      batch.typed();
      news.edited();
    });
    provider.on('status', ({ status }) => news.connected(status === 'connected'));
    provider.on('sync', (synced) => news.synced(synced));
    provider.on('connection-close', (event) => news.lost(event?.code ?? null));
    provider.on('closed', ({ code }) => news.ended(code));
  }

  /** Tries now, whenever it would have tried by itself. */
  connect(): void {
    this.provider.connect();
  }

  /** Until somebody connects it again. */
  disconnect(): void {
    this.provider.disconnect();
  }

  /** Which epoch of the document this copy is of: the service says so first, and asks at each reconnection. */
  names(epoch: DocumentFacts['epoch']): void {
    this.provider.params = { ...this.provider.params, epoch: String(epoch) };
  }

  present(fields: LocalPresence | null): void {
    this.provider.awareness.setLocalState(fields);
  }

  /** An input method is composing: remote text waits. */
  compose(composing: boolean): void {
    if (composing) this.#batch.hold();
    else this.#batch.release();
  }

  stop(): void {
    this.#batch.stop();
    this.provider.destroy();
    this.provider.awareness.destroy();
  }
}
