import * as Y from 'yjs';
import type { DocumentAccess, DocumentType } from '../../shared/documents/registry.ts';
import { system, systemUser, type EntryAuthor } from '../log/entries.ts';
import { CollectedPlaces } from './collectedPlaces.ts';
import { readChanges, settleChanges, type WhoSet } from './contested.ts';
import type { EntryTimes } from './entryTimes.ts';
import { judge, type Verdict } from './gate.ts';
import type { HeldDocument } from './heldDocument.ts';
import type { Leases } from './leases.ts';
import type { EntryDraft } from './logTail.ts';
import { LostRuns, type LostWords } from './lostRuns.ts';
import { ShapeMap } from './paths.ts';
import { authorOf, type Peer } from './peer.ts';
import { announcing, PersonBudget, writing } from './personBudget.ts';
import type { RefusalReason } from './refusalReasons.ts';
import { lostIn, lostOnArrival, namedBy, type LostText, type Named } from './rescue.ts';
import { SeenAlive } from './seenAlive.ts';

export interface AcceptanceDeps {
  held: HeldDocument;
  leases: Leases;
  times: EntryTimes;
  newId(): string;
  /** Of the entry that is appended next. */
  nextSeq(): number;
}

/** What became of an update; of one that is taken, what has to be committed, which may be nothing. */
export type Outcome =
  | { outcome: 'taken'; drafts: EntryDraft[]; lost: LostWords[] }
  | { outcome: 'ignored' }
  | { outcome: 'gap' }
  | { outcome: 'refused'; reason: RefusalReason }
  /** The document may have been half-changed. */
  | { outcome: 'failed'; fault: Error };

type Accepted = Extract<Verdict, { verdict: 'accept' }>;

/**
 * An update's way into the document in memory: judged, applied, its disagreements settled, and what it loses noted. It
 * has met neither log nor reader.
 */
export class Acceptance {
  readonly #shapes: ShapeMap;
  readonly #places = new CollectedPlaces();
  readonly #lostRuns: LostRuns;
  readonly #seenAlive = new SeenAlive();
  readonly #announced = new PersonBudget(announcing);
  readonly #written = new PersonBudget(writing);
  #emitted: { bytes: Uint8Array; author: EntryAuthor }[] = [];
  /** While an update is applied: what it deletes by name, and what it loses. */
  #watch: { named: Named; lost: LostText[] } | null = null;

  constructor(
    { roots }: DocumentType,
    private readonly deps: AcceptanceDeps,
  ) {
    this.#shapes = new ShapeMap(roots);
    this.#lostRuns = new LostRuns(() => deps.newId());
  }

  get #doc(): Y.Doc {
    return this.deps.held.doc;
  }

  /** What Yjs emits is what is logged and relayed: its own encoding, never the client's bytes. */
  follow(doc: Y.Doc): void {
    doc.on('update', (bytes: Uint8Array, origin: unknown) => {
      this.#emitted.push({ bytes, author: origin instanceof Sender ? origin.author : system });
    });
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      if (!this.#watch) return;
      const isContested = (item: Y.Item): boolean => this.#isContestedKey(item);
      const { named, lost } = this.#watch;
      lost.push(...lostIn(transaction, named, isContested, this.#places, this.deps.nextSeq()));
    });
  }

  take(peer: Peer, kind: 'step2' | 'update', update: Uint8Array, access: DocumentAccess, now: Date): Outcome {
    const verdict = judge(update, {
      doc: this.#doc,
      shapes: this.#shapes,
      holds: (clientId) => this.#holder(clientId, peer),
      access,
    });
    switch (verdict.verdict) {
      case 'ignore':
        return { outcome: 'ignored' };
      case 'resync':
        return { outcome: 'gap' };
      case 'refuse':
        return { outcome: 'refused', reason: verdict.reason };
      case 'accept':
        if (!this.#mayBring(this.#written, peer, verdict.claims.length, now))
          return { outcome: 'refused', reason: 'too-large' };
        return this.#accept(peer, kind, verdict, now);
    }
  }

  #accept(
    peer: Peer,
    kind: 'step2' | 'update',
    { claims, lease, ds, sets, dropped, update }: Accepted,
    now: Date,
  ): Outcome {
    const { leases, times, newId, nextSeq } = this.deps;
    const at = now.toISOString();
    const author = authorOf(peer);
    const isOwn = (clientId: number): boolean => this.#holder(clientId, peer) !== 'foreign';
    const named = namedBy(ds, kind === 'step2' ? this.#seenAlive.of(peer) : null, isOwn);
    const changes = readChanges(sets);
    for (const clientId of claims) leases.claim(clientId, author);

    this.#emitted = [];
    this.#watch = { named, lost: [] };
    try {
      this.#apply(update, author);
      const lost = [...this.#watch.lost, ...lostOnArrival(dropped, named, this.#places, nextSeq())];
      if (changes.length > 0) {
        const who: WhoSet = (id) => ({
          user: leases.of(id.client)?.userId ?? systemUser,
          at: times.of(id) ?? (claims.includes(id.client) || isOwn(id.client) ? at : null),
        });
        this.#watch = null;
        this.#doc.transact(() => settleChanges(changes, this.#doc, this.#shapes, who, newId), system);
      }
      if (lost.length === 0) this.#lostRuns.end(author);
      return {
        outcome: 'taken',
        drafts: this.#takeEmitted(lease),
        lost: lost.flatMap((each) => this.#whose(each, now)),
      };
    } catch (error) {
      // Whatever it is, the document holds by now what will not be in the log.
      return { outcome: 'failed', fault: error instanceof Error ? error : new Error(String(error)) };
    } finally {
      this.#watch = null;
    }
  }

  /** All that a client has done has arrived, and it held this much then. */
  told(peer: Peer, had: ReadonlyMap<number, number>): void {
    this.#seenAlive.told(peer, had);
  }

  /** What the server itself writes. */
  write(change: (doc: Y.Doc) => void): EntryDraft[] {
    this.#emitted = [];
    this.#doc.transact(() => change(this.#doc), system);
    return this.#takeEmitted(null);
  }

  /** Whether a client may speak under this id; one that nobody has becomes its own. */
  mayAnnounce(clientId: number, peer: Peer, now: Date): boolean {
    const holder = this.#holder(clientId, peer);
    if (holder === 'free') {
      if (!this.#mayBring(this.#announced, peer, 1, now)) return false;
      this.deps.leases.claim(clientId, authorOf(peer));
    }
    return holder !== 'foreign';
  }

  #mayBring(budget: PersonBudget, { user }: Peer, ids: number, now: Date): boolean {
    return ids === 0 || budget.take(user.id, ids, now.getTime());
  }

  #holder(clientId: number, peer: Peer): 'theirs' | 'free' | 'foreign' {
    const { held, leases } = this.deps;
    return clientId === held.clientId ? 'foreign' : leases.holder(clientId, authorOf(peer));
  }

  #isContestedKey(item: Y.Item): boolean {
    const shape = item.parent instanceof Y.AbstractType ? this.#shapes.of(item.parent) : null;
    const entry = shape?.type === 'map' && item.parentSub !== null ? shape.keys?.[item.parentSub] : undefined;
    return entry?.type === 'value' && entry.contested === true;
  }

  /** `applyUpdate` is not atomic: only one that returns and leaves nothing pending counts. @throws otherwise */
  #apply(update: Uint8Array, author: EntryAuthor): void {
    Y.applyUpdate(this.#doc, update, new Sender(author));
    const { pendingStructs, pendingDs } = this.#doc.store;
    if (pendingStructs !== null || pendingDs !== null) throw new Error('An update left something pending.');
  }

  #takeEmitted(lease: number | null): EntryDraft[] {
    const emitted = this.#emitted;
    this.#emitted = [];
    // The id under which the server wrote stays the server's after a restart, when it writes under another.
    const { clientID, store } = this.#doc;
    if (Y.getState(store, clientID) > 0 && this.deps.leases.of(clientID) === null)
      this.deps.leases.claim(clientID, system);
    return emitted.map(({ bytes, author }) => ({
      kind: 'update',
      author,
      lease: author === system ? this.#doc.clientID : lease,
      bytes,
    }));
  }

  #whose(lost: LostText, now: Date): LostWords[] {
    const author = this.deps.leases.of(lost.clientId);
    if (!author || author.userId === systemUser) return [];
    return [this.#lostRuns.add(lost, author, now.getTime())];
  }
}

/** The origin of a transaction that applies somebody's update. */
class Sender {
  constructor(readonly author: EntryAuthor) {}
}
