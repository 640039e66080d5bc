import * as Y from 'yjs';
import type { DocumentHistory } from './documentHistory.ts';
import type { AnyType } from './folded.ts';
import type { ClientLife } from './idTable.ts';

/** A moment in a document's life, or what lies between two. */
export interface Moment {
  seq: number;
  /** The earlier of two. */
  from: number | null;
}

/** What a character or a thing is to somebody who looks: null, not there. */
export type Seen = 'there' | 'added' | 'removed' | null;

/** Reads a document's life at a moment, or between two. */
export class View {
  /** Characters of the earlier moment that stand elsewhere at the later one. */
  readonly #moved = new Set<string>();

  constructor(
    readonly history: DocumentHistory,
    readonly moment: Moment,
  ) {
    if (moment.from !== null) this.#findMoved(moment.from);
  }

  seen(life: ClientLife, client: number, clock: number): Seen {
    const { seq, from } = this.moment;
    const isThere = life.isVisible(clock, seq);
    if (from === null) return isThere ? 'there' : null;
    const wasThere = life.isVisible(clock, from);
    if (isThere) return wasThere || this.#wasElsewhere(life, clock, from) ? 'there' : 'added';
    return wasThere && !this.#moved.has(`${client} ${clock}`) ? 'removed' : null;
  }

  seenItem(item: Y.Item): Seen {
    return this.seen(this.history.lives.of(item.id.client), item.id.client, item.id.clock);
  }

  /** What a key holds at a moment. */
  held(map: AnyType, key: string, seq: number): Held | null {
    const { lives } = this.history;
    for (const held of heldBy(map, key)) {
      const born = lives.of(held.client).born(held.clock);
      if (born !== 0 && born <= seq) return lives.of(held.client).isVisible(held.clock, seq) ? held : null;
    }
    return null;
  }

  /** What a key holds at the later moment; for what is gone by then, at the earlier. */
  value(map: AnyType, key: string): unknown {
    return this.either(map, key)?.value;
  }

  /** Keys that hold something at either moment. */
  keys(map: AnyType): string[] {
    return [...map._map.keys()].filter((key) => this.either(map, key) !== null);
  }

  /** The shared type that a key holds at either moment. */
  typeAt(map: AnyType, key: string): { type: AnyType; item: Y.Item } | null {
    const held = this.either(map, key);
    return held?.type ? { type: held.type, item: held.item } : null;
  }

  either(map: AnyType, key: string): Held | null {
    const { seq, from } = this.moment;
    return this.held(map, key, seq) ?? (from === null ? null : this.held(map, key, from));
  }

  #wasElsewhere(life: ClientLife, clock: number, from: number): boolean {
    return this.#earlier(life.before(clock), from) !== null;
  }

  /** Follows moves back to the character that stood there at a moment. */
  #earlier(id: Y.ID | null, seq: number): Y.ID | null {
    const { lives } = this.history;
    for (let at = id; at !== null; at = lives.of(at.client).before(at.clock)) {
      if (lives.isVisible(at, seq)) return at;
    }
    return null;
  }

  #findMoved(from: number): void {
    for (const id of this.history.carriedSince(from)) {
      const life = this.history.lives.of(id.client);
      if (!life.isVisible(id.clock, this.moment.seq)) continue;
      const before = this.#earlier(life.before(id.clock), from);
      if (before) this.#moved.add(`${before.client} ${before.clock}`);
    }
  }
}

/** What was set under a key of a map: a value or a shared type. */
export interface Held {
  item: Y.Item;
  client: number;
  clock: number;
  value: unknown;
  type: AnyType | null;
}

/** All that a key ever held, the newest first. Yjs keeps values that were overwritten in a row as one item. */
export function* heldBy(map: AnyType, key: string): Generator<Held> {
  for (let item = map._map.get(key) ?? null; item !== null; item = item.left) {
    const { client, clock } = item.id;
    const type = item.content instanceof Y.ContentType ? item.content.type : null;
    const values = type === null ? (item.content.getContent() as unknown[]) : [];
    for (let offset = item.length - 1; offset >= 0; offset--) {
      yield { item, client, clock: clock + offset, value: values[offset], type };
    }
  }
}

/** The items of a list, dead or alive, in order. */
export function* itemsOf(type: AnyType): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) yield item;
}
