import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { closeReasons } from '../../shared/wire/closeReasons.ts';
import { LateNews, onSignedInAgain } from '../wire/again.ts';
import type { DocumentFacts } from './extensionMessages.ts';
import { Link, schema, type LinkNews, type LocalPresence, type PresenceChanges } from './link.ts';
import { OwnWords } from './ownWords.ts';
import { KeptTexts } from './refused.svelte.ts';
import { saveState, type SaveState } from './saveState.ts';
import { Unsaved } from './unsaved.svelte.ts';

export interface LiveDocOptions {
  /** `ws(s)://host/collab`. */
  url: string;
  room: string;
  kept?: KeptTexts;
  /** Whose screen this is: under anybody else's session nothing is sent. */
  person?: string;
  /** Whether the session goes on: what was closed was that of the one before, and the news of it came late. */
  goesOn?: () => Promise<boolean>;
}

/**
 * One shared document and its connection. The document object changes when the server refuses an edit or replaces the
 * document: whoever shows it must follow `generation`.
 */
export class LiveDoc {
  readonly room: string;
  readonly kept: KeptTexts;
  readonly #url: string;
  readonly #person: string | undefined;
  readonly #lateNews: LateNews;

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

  readonly #unsaved = new Unsaved(() => {
    // Not inside the socket's own message handler: closing ends that socket.
    if (this.#retired) queueMicrotask(() => this.close());
  });
  readonly #own: OwnWords;
  #link: Link | null = null;
  readonly #beforeRemote = new Set<() => void>();
  #retired = false;
  #stopWaiting = (): void => {};
  #local: LocalPresence = {};
  readonly #presenceListeners = new Set<(changes: PresenceChanges) => void>();

  constructor({ url, room, kept = new KeptTexts(), person, goesOn }: LiveDocOptions) {
    this.#url = url;
    this.#person = person;
    this.#lateNews = new LateNews(goesOn ?? (() => Promise.resolve(false)), () => this.#goOn());
    this.room = room;
    this.kept = kept;
    this.#own = new OwnWords(room, kept);
  }

  get provider(): WebsocketProvider | null {
    return this.#link?.provider ?? null;
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
      unacknowledged: this.#unsaved.count,
      msSinceOldest: this.#unsaved.msSinceOldest,
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
    this.#stopWaiting = onSignedInAgain(
      () => this.#goOn(),
      () => this.#giveUp(),
    );
  }

  close(): void {
    removeEventListener('online', this.#retry);
    removeEventListener('pagehide', this.#leave);
    this.#stopWaiting();
    this.#lateNews.stop();
    this.#disconnect();
    this.doc.destroy();
    this.#unsaved.stop();
  }

  /** Leaves the room as soon as everything I wrote in it is durable: walking away loses nothing. */
  retire(): void {
    this.#link?.present(null);
    this.#retired = true;
    if (this.#unsaved.count === 0) this.close();
  }

  #goOn(): void {
    if (this.closed?.code === closeReasons.unauthenticated.code) this.reopen();
  }

  /** I have left: what is not durable is dropped, or the next connection would send it in the name of whoever signs in here next. */
  #giveUp(): void {
    this.#lateNews.stop();
    this.closed = closeReasons.unauthenticated;
    this.#link?.disconnect();
    this.#unsaved.forget();
  }

  /** What I wrote that is not durable yet, as text. */
  unsavedTexts(): string[] {
    return this.#unsaved.count === 0 ? [] : this.#own.notDurable();
  }

  /** After an end that a person may undo, e.g. by signing in again. */
  reopen(): void {
    this.closed = null;
    this.#link?.connect();
  }

  retryNow(): void {
    this.#retry();
  }

  /** Tries again now instead of at the next interval. */
  readonly #retry = (): void => {
    if (this.closed === null) this.#link?.connect();
  };

  readonly #leave = (): void => this.#link?.present(null);

  /** What others may know about where I am; identity is the server's to add. */
  present(fields: LocalPresence): void {
    if (this.#retired) return;
    this.#local = { ...this.#local, ...fields };
    this.#link?.present(this.#local);
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
    this.#link?.compose(composing);
  }

  #connect(): void {
    const { doc, room } = this;
    const options = { url: this.#url, room, doc, person: this.#person, presence: this.#local };
    this.#link = new Link(options, this.#news);
    this.#own.follow(doc);
    this.#link.connect();
  }

  readonly #news: LinkNews = {
    has: (stateVector) => this.#own.offerSwallowed(stateVector),
    persisted: ({ durable, settled }) => {
      this.#own.durable(durable);
      this.#unsaved.settled(settled);
    },
    // Not inside the socket's own message handler: rebuilding closes that socket.
    rejected: ({ reason, quarantineId }) =>
      queueMicrotask(() => this.#rebuild('refused', reason, quarantineId ?? null)),
    sealed: ({ at }) => {
      this.sealedAt = at;
    },
    rescued: ({ rescueId, text, where }) => this.#own.rescued(rescueId, text, where ?? null),
    document: (facts) => {
      this.facts = facts;
      this.#link?.names(facts.epoch);
    },
    edited: () => this.#unsaved.edited(),
    sent: (message, place) => this.#unsaved.sent(message, place),
    painting: () => {
      for (const settle of this.#beforeRemote) settle();
    },
    connected: (isConnected) => {
      this.connected = isConnected;
    },
    synced: (isSynced) => {
      this.synced = isSynced;
      if (!isSynced) return;
      this.loaded = true;
      this.trouble = null;
    },
    lost: (code) => {
      this.#unsaved.linkLost();
      if (!this.loaded) this.trouble = code === closeReasons.fault.code ? 'fault' : 'link';
    },
    ended: (code) => this.#ended(code),
    present: (changes) => {
      for (const listener of this.#presenceListeners) listener(changes);
    },
  };

  #ended(code: number): void {
    if (code === closeReasons.epoch.code) {
      this.#rebuild('replaced', '', null);
      return;
    }
    const reason = Object.values(closeReasons).find((known) => known.code === code);
    this.closed = { code, words: reason?.words ?? closeReasons.forbidden.words };
    // Whoever signs in again goes on in this document, and what is not saved is sent then.
    if (code === closeReasons.unauthenticated.code) return void this.#lateNews.heard();
    if (this.#unsaved.count > 0) this.#own.offerBack('refused', this.closed.words, null, false);
  }

  /** Takes my words aside, throws the document away and loads the server's under a new client id. */
  #rebuild(why: 'refused' | 'replaced', reason: string, quarantineId: string | null): void {
    this.#own.offerBack(why, reason, quarantineId, this.#unsaved.count === 0);
    this.#disconnect();
    this.doc.destroy();
    this.#unsaved.forget();
    this.loaded = false;
    this.facts = null;
    // What is signed in one epoch need not be in the next; the service says so anew.
    if (why === 'replaced') this.sealedAt = null;
    // A caret is named by what it stood beside in the document that is gone.
    this.#local = { ...this.#local, cursor: null };
    this.doc = new Y.Doc();
    this.generation += 1;
    this.#connect();
  }

  #disconnect(): void {
    this.#link?.stop();
    this.#link = null;
    this.connected = false;
    this.synced = false;
  }
}
