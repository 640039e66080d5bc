import * as Y from 'yjs';
import type { Shape } from '../../shared/documents/shape.ts';
import type { LogEntry } from '../log/documentLog.ts';
import { readSeal } from '../log/sealing.ts';
import { Columns, effects, type EntryFacts } from './columns.ts';
import { carriedText } from './carried.ts';
import type { AnyType, Folded } from './folded.ts';
import { Lives } from './idTable.ts';
import { Undone } from './undone.ts';
import { runsOf } from './runs.ts';

/** Updates are applied together: a transaction of its own for each would take five times as long. */
const flushEvery = 128;

interface Pending {
  bytes: Uint8Array;
  facts: EntryFacts;
  structs: readonly (Y.Item | Y.GC | Y.Skip)[];
  /** Text that the entry deleted. */
  died: Y.ID[];
}

/**
 * A document's whole life, folded from its log: nothing is ever collected, and of every character it is known which
 * entry introduced it, which one deleted it and who wrote it first. All of it follows from whose entry it was and from
 * what the entry did; what a client says about itself is not asked. Any moment can be read from it (`view.ts`).
 */
export class DocumentHistory implements Folded {
  readonly doc = new Y.Doc({ gc: false });
  readonly lives = new Lives();
  readonly columns = new Columns();
  #pending: Pending[] = [];
  readonly #places = new Map<AnyType, string | null>();
  readonly #undone = new Undone();
  /** Where each act of signing stands. */
  readonly #seals = new Map<string, number>();
  readonly #carried: { seq: number; client: number; clock: number; length: number }[] = [];

  /** `root`: the map under whose keys the document's sections, drafts or problems stand. */
  constructor(
    roots: Readonly<Record<string, Shape>>,
    private readonly root: string,
  ) {
    for (const [name, shape] of Object.entries(roots)) {
      if (shape.type === 'map') this.doc.getMap(name);
      else this.doc.getXmlFragment(name);
    }
  }

  /** The last entry that is folded in. */
  get seq(): number {
    return this.columns.length;
  }

  /** Adds the entries that follow. @throws when they do not follow, or leave something pending */
  append(entries: readonly Pick<LogEntry, 'seq' | 'kind' | 'userId' | 'at' | 'bytes'>[]): void {
    for (const entry of entries) {
      if (entry.seq !== this.seq + 1) throw new Error('The entries of a log are read in order.');
      const facts = this.columns.add(entry);
      if (entry.kind === 'seal' || entry.kind === 'unseal') this.#sealed(entry.kind, entry.bytes, facts);
      if (entry.kind !== 'update') continue;
      const pending = this.#record(entry.bytes, facts);
      this.#pending.push(pending);
      // What moved can only be told while the document is as of this entry.
      if (this.#mayMove(pending)) {
        this.#flush();
        this.#trace(pending);
      } else if (this.#pending.length >= flushEvery) this.#flush();
    }
    this.#flush();
  }

  /** The key under the document's root in which this type stands. */
  placeOf(type: AnyType): string | null {
    const known = this.#places.get(type);
    if (known !== undefined) return known;
    const item = type._item;
    const parent = item?.parent;
    const place =
      item === null || !(parent instanceof Y.AbstractType)
        ? null
        : parent._item === null
          ? parent === this.doc.share.get(this.root)
            ? item.parentSub
            : null
          : this.placeOf(parent as AnyType);
    this.#places.set(type, place);
    return place;
  }

  itemAt(id: Y.ID): Y.Item | null {
    const found = Y.getItem(this.doc.store, id) as Y.Item | Y.GC;
    return found instanceof Y.Item ? found : null;
  }

  /** Characters that entries after this one moved or brought back. */
  *carriedSince(seq: number): Generator<Y.ID> {
    for (let index = this.#carried.length - 1; index >= 0; index--) {
      const each = this.#carried[index]!;
      if (each.seq <= seq) return;
      for (let clock = each.clock; clock < each.clock + each.length; clock++) {
        yield Y.createID(each.client, clock);
      }
    }
  }

  destroy(): void {
    this.doc.destroy();
  }

  #sealed(kind: 'seal' | 'unseal', bytes: Uint8Array, facts: EntryFacts): void {
    const { actId, parts } = readSeal(bytes);
    const before = this.#seals.get(actId);
    if (kind === 'seal') this.#seals.set(actId, facts.seq);
    else if (before !== undefined) this.columns.withdraw(before);
    if (kind === 'unseal') return;
    this.#flush();
    const root = this.doc.getMap(this.root);
    this.columns.placed(facts, new Set(Object.keys(parts).filter((part) => root._map.has(part))));
  }

  #record(bytes: Uint8Array, facts: EntryFacts): Pending {
    const { structs, ds } = Y.decodeUpdate(bytes);
    const { seq } = facts;
    for (const struct of structs) {
      if (!(struct instanceof Y.Item) || struct.content instanceof Y.ContentDeleted) continue;
      const isText = struct.content instanceof Y.ContentString;
      this.lives.of(struct.id.client).bear(struct.id.clock, struct.length, seq, isText);
      if (isText) facts.added += struct.length;
      facts.effects |= effectOf(struct);
    }
    const died: Y.ID[] = [];
    for (const [client, ranges] of ds.clients) {
      const life = this.lives.of(client);
      for (const { clock, len } of ranges) {
        life.bury(clock, len, seq, (each) => died.push(Y.createID(client, each)));
      }
    }
    facts.removed = died.length;
    if (died.length > 0) facts.effects |= effects.text;
    return { bytes, facts, structs, died };
  }

  #mayMove({ facts: { added, removed }, structs }: Pending): boolean {
    if ((added > 0 && removed > 0) || added >= this.#undone.shortest || removed >= this.#undone.shortest) {
      return true;
    }
    return added > 0 && structs.some((struct) => this.#isBeforeDead(struct));
  }

  /** An undo writes what was deleted again, directly before where it was. */
  #isBeforeDead(struct: Y.Item | Y.GC | Y.Skip): boolean {
    if (!(struct instanceof Y.Item) || struct.rightOrigin === null) return false;
    const { client, clock } = struct.rightOrigin;
    return this.lives.of(client).died(clock) !== 0;
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.doc.transact(() => {
      for (const { bytes } of pending) Y.applyUpdate(this.doc, bytes);
    });
    if (this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null) {
      throw new Error('The log of a document leaves something pending.');
    }
    for (const each of pending) this.#place(each);
  }

  #place({ facts, structs, died }: Pending): void {
    const ids = [...structs.map(({ id }) => id), ...(died.length > 0 ? ends(died) : [])];
    const found = new Set<string>();
    for (const id of ids) {
      const item = this.itemAt(id);
      if (item === null || !(item.parent instanceof Y.AbstractType)) continue;
      const isPlace = item.parent === this.doc.share.get(this.root);
      const place = isPlace ? item.parentSub : this.placeOf(item.parent as AnyType);
      if (place !== null) found.add(place);
    }
    this.columns.placed(facts, found);
  }

  /** Gives what this entry moved, or what it brought back, to its first author. */
  #trace({ facts, structs, died }: Pending): void {
    const { seq, user } = facts;
    const born = structs.flatMap((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString
        ? Array.from({ length: struct.length }, (_, index) =>
            Y.createID(struct.id.client, struct.id.clock + index),
          )
        : [],
    );
    const inserted = runsOf(this, born, {
      belongs: (life, clock) => life.born(clock) === seq,
      hidden: (life, clock) => !life.isVisible(clock, seq),
    });
    const deleted = runsOf(this, died, {
      belongs: (life, clock) => life.died(clock) === seq,
      hidden: (life, clock) => !life.isVisible(clock, seq - 1),
    });
    const carried = carriedText(inserted, deleted);
    let moved = 0;
    for (const { inserted: to, at, deleted: from, from: start, length } of carried) {
      const before = from.ids.slice(start, start + length);
      this.#carry(seq, to.ids.slice(at, at + length), before);
      for (const { client, clock } of before) this.lives.of(client).move(clock);
      moved += length;
    }
    const restored = this.#undone.restored(this, structs, inserted, user);
    for (const { to, from } of restored) this.#carry(seq, to, from);
    const back = restored.reduce((sum, { to }) => sum + to.length, 0);
    facts.added -= moved + back;
    facts.removed -= moved;
    if (moved + back > 0) facts.effects |= effects.moved;
    this.#undone.remember(user, deleted, carried);
  }

  #carry(seq: number, to: readonly Y.ID[], from: readonly Y.ID[]): void {
    for (const [index, { client, clock }] of to.entries()) {
      const last = this.#carried.at(-1);
      if (last?.seq === seq && last.client === client && last.clock + last.length === clock) last.length += 1;
      else this.#carried.push({ seq, client, clock, length: 1 });
      const before = from[index]!;
      this.lives.of(client).carry(clock, this.lives.of(before.client).author(before.clock), before);
    }
  }
}

const ends = (ids: readonly Y.ID[]): Y.ID[] => [ids[0]!, ids.at(-1)!];

function effectOf(item: Y.Item): number {
  if (item.content instanceof Y.ContentString) return effects.text;
  if (item.content instanceof Y.ContentFormat) return effects.layout;
  if (item.content instanceof Y.ContentType) return effects.layout;
  return effects.value;
}
