import type * as decoding from 'lib0/decoding';
import { clone, peekVarUint, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { uuidv4 } from 'lib0/random';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { closeReasons } from '../../shared/wire/closeReasons.ts';
import { countingSocket, type SyncMessage } from './countingSocket.ts';
import {
  documentFacts,
  messageNumbers,
  readJson,
  readPersisted,
  rejected,
  rescued,
  sealed,
  type DocumentFacts,
} from './extensionMessages.ts';
import { LostPlaces } from './lostPlaces.ts';
import { Outstanding } from './outstanding.ts';
import { ownLosses } from './ownLosses.ts';
import { piecesNotDurable, textNotDurable } from './refusedText.ts';
import { KeptTexts, type KeptPiece } from './refused.svelte.ts';
import { speakOnlyForMyself } from './ownAwareness.ts';
import { RemoteBatch } from './remoteBatch.ts';
import { saveState, type SaveState } from './saveState.ts';
import { Swallowed } from './swallowed.ts';

/** The schema of documents that this client can edit. */
const schema = '1';
const tickMs = 500;

export type LocalPresence = Record<string, unknown>;

export interface PresenceChanges {
  added: number[];
  updated: number[];
  removed: number[];
}

interface LiveDocOptions {
  /** `ws(s)://host/collab`. */
  url: string;
  room: string;
  kept?: KeptTexts;
}

/**
 * One shared document and its connection. The document object changes when the server refuses an edit or replaces the
 * document: whoever shows it must follow `generation`.
 */
export class LiveDoc {
  readonly room: string;
  readonly kept: KeptTexts;
  readonly #url: string;

  doc = $state.raw(new Y.Doc());
  generation = $state(0);
  connected = $state(false);
  synced = $state(false);
  loaded = $state(false);
  facts = $state.raw<DocumentFacts | null>(null);
  /** Ended for good, in words. */
  closed = $state<{ code: number; words: string } | null>(null);
  /** The latest passing trouble, while nothing has been loaded yet. */
  trouble = $state<string | null>(null);
  sealedAt = $state<string | null>(null);

  #unacknowledged = $state(0);
  #oldestAt = $state<number | null>(null);
  #now = $state(Date.now());
  readonly #outstanding = new Outstanding();
  #lost = new LostPlaces();
  #swallowed = new Swallowed();
  #durable: Uint8Array | null = null;
  #justSent: number | null = null;
  #provider: WebsocketProvider | null = null;
  #batch: RemoteBatch | null = null;
  readonly #beforeRemote = new Set<() => void>();
  #ticker: ReturnType<typeof setInterval> | null = null;
  #retired = false;
  #local: LocalPresence = {};
  readonly #presenceListeners = new Set<(changes: PresenceChanges) => void>();

  constructor({ url, room, kept = new KeptTexts() }: LiveDocOptions) {
    this.#url = url;
    this.room = room;
    this.kept = kept;
  }

  get provider(): WebsocketProvider | null {
    return this.#provider;
  }

  get access(): 'write' | 'read' | 'unknown' {
    if (this.facts === null) return 'unknown';
    if (this.sealedAt !== null || this.facts.schema > Number(schema)) return 'read';
    return this.facts.access;
  }

  get readReason(): string | null {
    if (this.sealedAt !== null) return 'sealed';
    if (this.facts !== null && this.facts.schema > Number(schema)) return 'too-old';
    return this.facts?.reason ?? null;
  }

  /** Editable only after the first full load, with write access, on a connection that has not ended. */
  get editable(): boolean {
    return this.loaded && this.access === 'write' && this.closed === null;
  }

  get save(): SaveState {
    return saveState({
      connected: this.connected,
      synced: this.synced,
      loaded: this.loaded,
      unacknowledged: this.#unacknowledged,
      msSinceOldest: this.#oldestAt === null ? 0 : Math.max(0, this.#now - this.#oldestAt),
      access: this.access,
      readReason: this.readReason,
      refused: this.kept.refusedIn(this.room),
      closed: this.closed?.words ?? null,
      confirmedLocalCopy: false,
    });
  }

  open(): void {
    this.#connect();
    addEventListener('online', this.#retry);
    addEventListener('pagehide', this.#leave);
  }

  close(): void {
    removeEventListener('online', this.#retry);
    removeEventListener('pagehide', this.#leave);
    this.#disconnect();
    this.doc.destroy();
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = null;
  }

  /** Leaves the room as soon as everything I wrote in it is durable: walking away loses nothing. */
  retire(): void {
    this.#provider?.awareness.setLocalState(null);
    this.#retired = true;
    if (this.#unacknowledged === 0) this.close();
  }

  /** What I wrote that is not durable yet, as text. */
  unsavedTexts(): string[] {
    return this.#unacknowledged === 0 ? [] : textNotDurable(this.doc, this.#durable);
  }

  /** After an end that a person may undo, e.g. by signing in again. */
  reopen(): void {
    this.closed = null;
    this.#provider?.connect();
  }

  retryNow(): void {
    this.#retry();
  }

  /** Tries again now instead of at the next interval. */
  readonly #retry = (): void => {
    if (this.closed === null) this.#provider?.connect();
  };

  readonly #leave = (): void => this.#provider?.awareness.setLocalState(null);

  /** What others may know about where I am; identity is the server's to add. */
  present(fields: LocalPresence): void {
    if (this.#retired) return;
    this.#local = { ...this.#local, ...fields };
    this.#provider?.awareness.setLocalState(this.#local);
  }

  /** Hears of everybody's moves, over reconnects and rebuilds. */
  onPresence(listener: (changes: PresenceChanges) => void): () => void {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  /** Before others' changes are painted, so that what I have just done is taken first. Gives how to stop. */
  beforeRemote(settle: () => void): () => void {
    this.#beforeRemote.add(settle);
    return () => this.#beforeRemote.delete(settle);
  }

  /** An input method is composing: remote text waits. */
  compose(composing: boolean): void {
    if (composing) this.#batch?.hold();
    else this.#batch?.release();
  }

  #connect(): void {
    const doc = this.doc;
    const provider = new WebsocketProvider(this.#url, this.room, doc, {
      connect: false,
      params: { ext: '1', schema },
      disableBc: true,
      maxBackoffTime: 1_500,
      WebSocketPolyfill: countingSocket((message, place) => this.#sent(message, place)),
    });
    this.#provider = provider;
    this.#batch = new RemoteBatch((updates) => {
      for (const settle of this.#beforeRemote) settle();
      Y.applyUpdate(doc, updates.length === 1 ? updates[0]! : Y.mergeUpdates(updates), provider);
    });
    this.#listen(provider);
    this.#lost = new LostPlaces();
    this.#swallowed = new Swallowed();
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      const losses = ownLosses(transaction);
      if (losses.length === 0) return;
      this.#lost.remember(losses);
      this.#swallowed.remember(losses, doc.clientID, this.#durable);
    });
    speakOnlyForMyself(provider);
    provider.awareness.setLocalState(this.#local);
    provider.awareness.on('change', (changes: PresenceChanges) => {
      for (const listener of this.#presenceListeners) listener(changes);
    });
    // After the provider's own listener, so that what it has just sent is known here.
    doc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin === provider) return;
      this.#batch?.typed();
      this.#outstanding.edited(Date.now(), this.#justSent);
      this.#justSent = null;
      this.#count();
    });
    provider.on('status', ({ status }) => {
      this.connected = status === 'connected';
    });
    provider.on('sync', (synced) => {
      this.synced = synced;
      if (!synced) return;
      this.loaded = true;
      this.trouble = null;
    });
    provider.on('connection-close', (event) => {
      this.#outstanding.linkLost();
      this.#count();
      if (!this.loaded) this.trouble = event?.code === closeReasons.fault.code ? 'fault' : 'link';
    });
    provider.on('closed', ({ code }) => this.#ended(code));
    provider.connect();
  }

  #listen(provider: WebsocketProvider): void {
    const handlers = provider.messageHandlers;
    const stockSync = handlers[0]!;
    handlers[0] = (encoder, decoder, from, emitSynced, type) => {
      const step = peekVarUint(decoder);
      if (step === 0) this.#keepSwallowed(clone(decoder));
      if (step === 2) {
        readVarUint(decoder);
        this.#batch?.push(readVarUint8Array(decoder).slice());
        return;
      }
      stockSync(encoder, decoder, from, emitSynced, type);
    };
    const on = (number: number, read: (decoder: decoding.Decoder) => void): void => {
      handlers[number] = (_encoder, decoder) => read(decoder);
    };
    on(messageNumbers.persisted, (decoder) => {
      const { durable, settled } = readPersisted(decoder);
      this.#durable = durable;
      this.#swallowed.durable(this.doc.clientID, durable);
      this.#outstanding.settled(settled);
      this.#count();
    });
    on(messageNumbers.rejected, (decoder) => {
      const { reason, quarantineId } = readJson(decoder, rejected);
      // Not inside the socket's own message handler: rebuilding closes that socket.
      queueMicrotask(() => this.#rebuild('refused', reason, quarantineId ?? null));
    });
    on(messageNumbers.sealed, (decoder) => {
      this.sealedAt = readJson(decoder, sealed).at;
    });
    on(messageNumbers.rescued, (decoder) => {
      const { text, where, rescueId } = readJson(decoder, rescued);
      this.kept.dismissUnstored(this.room, text);
      this.kept.keep({
        id: rescueId,
        why: 'rescued',
        reason: '',
        room: this.room,
        pieces: [{ text, place: where ?? this.#lost.placeOf(text) }],
        stored: true,
      });
    });
    on(messageNumbers.document, (decoder) => {
      this.facts = readJson(decoder, documentFacts);
      provider.params = { ...provider.params, epoch: String(this.facts.epoch) };
    });
  }

  /** What the service will never have of me, although I wrote it: offered as what it rescues itself is. */
  #keepSwallowed(step1: decoding.Decoder): void {
    readVarUint(step1);
    const pieces = this.#swallowed.takeLacking(this.doc.clientID, readVarUint8Array(step1));
    for (const piece of pieces)
      this.kept.keep({
        id: uuidv4(),
        why: 'rescued',
        reason: '',
        room: this.room,
        pieces: [piece],
        stored: false,
      });
  }

  #sent(message: SyncMessage, place: number): void {
    if (message === 'update') {
      this.#justSent = place;
      return;
    }
    this.#outstanding.resent(place);
    this.#count();
  }

  #ended(code: number): void {
    if (code === closeReasons.epoch.code) {
      this.#rebuild('replaced', '', null);
      return;
    }
    const reason = Object.values(closeReasons).find((known) => known.code === code);
    this.closed = { code, words: reason?.words ?? closeReasons.forbidden.words };
    if (this.#unacknowledged > 0) this.#keepText('refused', this.closed.words, null);
  }

  #keepText(why: 'refused' | 'replaced', reason: string, quarantineId: string | null): void {
    this.kept.keep({
      id: quarantineId ?? uuidv4(),
      why,
      reason,
      room: this.room,
      pieces: this.#unacknowledged === 0 ? [] : this.#wordsNotDurable(),
      stored: quarantineId !== null,
    });
  }

  #wordsNotDurable(): KeptPiece[] {
    const had = this.#durable ?? Y.encodeStateVector(new Map());
    return [
      ...piecesNotDurable(this.doc, this.#durable),
      ...this.#swallowed.takeLacking(this.doc.clientID, had),
    ];
  }

  /** Takes my words aside, throws the document away and loads the server's under a new client id. */
  #rebuild(why: 'refused' | 'replaced', reason: string, quarantineId: string | null): void {
    this.#keepText(why, reason, quarantineId);
    this.#disconnect();
    this.doc.destroy();
    this.#outstanding.forget();
    this.#count();
    this.#durable = null;
    this.loaded = false;
    this.facts = null;
    // A caret is named by what it stood beside in the document that is gone.
    this.#local = { ...this.#local, cursor: null };
    this.doc = new Y.Doc();
    this.generation += 1;
    this.#connect();
  }

  #disconnect(): void {
    this.#batch?.stop();
    this.#provider?.destroy();
    this.#provider?.awareness.destroy();
    this.#provider = null;
    this.connected = false;
    this.synced = false;
  }

  #count(): void {
    this.#unacknowledged = this.#outstanding.count;
    this.#oldestAt = this.#outstanding.oldestAt;
    this.#now = Date.now();
    if (this.#unacknowledged > 0) {
      this.#ticker ??= setInterval(() => {
        this.#now = Date.now();
      }, tickMs);
    } else if (this.#ticker !== null) {
      clearInterval(this.#ticker);
      this.#ticker = null;
    }
    // Not inside the socket's own message handler: closing ends that socket.
    if (this.#retired && this.#unacknowledged === 0) queueMicrotask(() => this.close());
  }
}
