import type * as Y from 'yjs';
import { registry, type DocumentType } from '../../shared/documents/registry.ts';
import { parseRoom } from '../../shared/documents/room.ts';
import type { Result } from '../../shared/wire/result.ts';
import type { EntryAuthor } from '../log/entries.ts';
import type { Mismatch, Sealed, Sealing, SealRequest } from '../log/sealing.ts';
import { presenceColours } from '../../shared/access/presenceColours.ts';
import { InTurn } from './inTurn.ts';
import { LiveDocument, type LiveDocumentDeps } from './liveDocument.ts';
import type { Peer } from './peer.ts';

/**
 * How often the silent are forgotten, and those greeted who have been sent nothing since the time before: that is after
 * 10 s. A stock provider gives up after 30 s of silence.
 */
const heartbeatMs = 5_000;

/** Documents that are kept as Yjs has them, beside the large ones: those that were last written in. */
const awakeAtMost = 1_024;

/** Put away, so many documents are much garbage: worth collecting when none has been open for this long, ms. */
const manyPutAway = 100;
const allLeftMs = 3_000;

export interface LiveDocumentsDeps extends Omit<LiveDocumentDeps, 'isUnderWay' | 'onWake'> {
  /** Nobody has a document open any more, and many had: what they took can be given back while nobody waits. */
  onAllLeft(): void;
}

/** The documents that somebody has open. One leaves memory when nobody is in it. */
export class LiveDocuments implements Sealing {
  readonly #open = new Map<string, Promise<LiveDocument>>();
  readonly #colours = new Map<string, Map<string, string>>();
  readonly #heartbeats = new InTurn(
    heartbeatMs,
    () => this.#open.values(),
    (loading) =>
      void loading.then(
        (document) => document.heartbeat(),
        () => null,
      ),
  );
  /** Acts between their seal and their outcome, whichever document in memory saw the seal. */
  readonly #underWay = new Set<string>();
  /** Longest awake first. */
  readonly #awake = new Set<LiveDocument>();
  #putAway = 0;
  #allLeftSoon: NodeJS.Timeout | null = null;
  private readonly deps: LiveDocumentDeps;
  readonly #onAllLeft: () => void;

  constructor(
    { onAllLeft, ...deps }: LiveDocumentsDeps,
    private readonly mostAwake = awakeAtMost,
  ) {
    this.deps = {
      ...deps,
      isUnderWay: (actId) => this.#underWay.has(actId),
      onWake: (document) => this.#wakes(document),
    };
    this.#onAllLeft = onAllLeft;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @throws when the document cannot be loaded; nothing is kept then, so that the next try loads again */
  async open(room: string, type: DocumentType): Promise<LiveDocument> {
    const open = this.#open.get(room);
    const document = await open?.catch(() => null);
    if (document && !document.isDead) return document;
    if (document) {
      this.#awake.delete(document);
      // What it took before it failed may be on its way into the log, from which the next one is read.
      await document.appended;
    }
    // What is in the map may have changed while this waited; only the one that was found wanting is replaced.
    if (this.#open.get(room) === open) this.#load(room, type);
    return this.#open.get(room) ?? this.#load(room, type);
  }

  #load(room: string, type: DocumentType): Promise<LiveDocument> {
    const loading = LiveDocument.load(room, type, this.deps);
    this.#open.set(room, loading);
    loading.catch(() => {
      if (this.#open.get(room) === loading) this.#open.delete(room);
    });
    return loading;
  }

  async seal(room: string, request: SealRequest): Promise<Result<Sealed, Mismatch>> {
    this.#underWay.add(request.actId);
    try {
      const sealed = await this.#with(room, (document) => document.seal(request));
      if (!sealed.ok) this.#underWay.delete(request.actId);
      return sealed;
    } catch (error) {
      this.#underWay.delete(request.actId);
      throw error;
    }
  }

  async unseal(room: string, actId: string, author: EntryAuthor): Promise<void> {
    try {
      return await this.#with(room, (document) => document.unseal(actId, author));
    } finally {
      this.#underWay.delete(actId);
    }
  }

  async confirm(
    room: string,
    actId: string,
    told: { by: string; contentHash: string },
    write?: (doc: Y.Doc) => void,
  ): Promise<void> {
    const at = this.deps.now().toISOString();
    try {
      return await this.#with(room, (document) => document.confirm(actId, { ...told, at }, write));
    } finally {
      this.#underWay.delete(actId);
    }
  }

  /** Opens a document for something that is not a person in it. */
  async #with<T>(room: string, use: (document: LiveDocument) => Promise<T>): Promise<T> {
    const parsed = parseRoom(room);
    if (!parsed.ok) throw new Error('This is not a room.');
    const document = await this.open(room, registry[parsed.value.kind]);
    try {
      return await use(document);
    } finally {
      await this.leaveEmpty(document);
    }
  }

  /** Lets a peer go, and the document with the last one. */
  async leave(document: LiveDocument, peer: Peer): Promise<void> {
    document.leave(peer);
    await this.leaveEmpty(document);
  }

  /** Puts a document away that nobody is in. */
  async leaveEmpty(document: LiveDocument): Promise<void> {
    if (!document.isEmpty) return;
    await document.settled();
    await document.fold();
    if (document.isEmpty) await this.#drop(document);
  }

  /** Drops a document unless somebody has come back, or another one has taken its place. */
  async #drop(document: LiveDocument): Promise<void> {
    const current = await this.#open.get(document.room)?.catch(() => null);
    // Somebody may have come, written and gone again meanwhile; they take it along when that is in the log.
    if (current !== document || !document.isEmpty || !document.isSettled) return;
    this.#open.delete(document.room);
    this.#awake.delete(document);
    document.destroy();
    const encounterId = document.room.slice(0, document.room.indexOf('/'));
    const isLast = ![...this.#open.keys()].some((room) => room.startsWith(`${encounterId}/`));
    if (isLast) this.#colours.delete(encounterId);
    this.#putAway++;
    if (this.#open.size === 0 && this.#putAway >= manyPutAway) this.#waitForQuiet();
  }

  #waitForQuiet(): void {
    if (this.#allLeftSoon !== null) clearTimeout(this.#allLeftSoon);
    this.#allLeftSoon = setTimeout(() => {
      if (this.#open.size > 0) return;
      this.#putAway = 0;
      this.#onAllLeft();
    }, allLeftMs).unref();
  }

  /** One colour a person and encounter, whichever of its documents they have open. */
  colourOf(encounterId: string, userId: string): string {
    const given = this.#colours.get(encounterId) ?? new Map<string, string>();
    this.#colours.set(encounterId, given);
    const known = given.get(userId);
    if (known) return known;
    const taken = new Set(given.values());
    const free = presenceColours.find((colour) => !taken.has(colour));
    const colour = free ?? presenceColours[given.size % presenceColours.length]!;
    given.set(userId, colour);
    return colour;
  }

  /** The open documents of an encounter. */
  async ofEncounter(encounterId: string): Promise<LiveDocument[]> {
    const rooms = [...this.#open].filter(([room]) => room.startsWith(`${encounterId}/`));
    const documents = await Promise.all(rooms.map(([, document]) => document.catch(() => null)));
    return documents.filter((document) => document !== null);
  }

  /** One more is awake: the one that has been so for longest goes to sleep; who writes in it next wakes it again. */
  #wakes(document: LiveDocument): void {
    // It may have gone to sleep by itself since it last woke: its turn begins anew.
    this.#awake.delete(document);
    this.#awake.add(document);
    if (this.#awake.size <= this.mostAwake) return;
    const [longest] = this.#awake;
    this.#awake.delete(longest!);
    if (longest !== document) longest!.rest();
  }

  /** Commits what is in flight, then asks everybody to come back later. */
  async close(): Promise<void> {
    this.#heartbeats.stop();
    if (this.#allLeftSoon !== null) clearTimeout(this.#allLeftSoon);
    const documents = await Promise.all(
      [...this.#open.values()].map((document) => document.catch(() => null)),
    );
    // Side by side: what several documents wait for goes into the log in one commit.
    await Promise.all(
      documents.map(async (document) => {
        if (!document || document.isDead) return;
        await document.settled();
        document.closeAll('restarting');
        document.destroy();
      }),
    );
    this.#open.clear();
  }
}
