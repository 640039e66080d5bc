import type { LogEntry } from '../log/documentLog.ts';
import type { EntryKind } from '../log/tables.ts';

/** What an entry did, as bits. */
export const effects = { text: 1, layout: 2, value: 4, moved: 8 } as const;

export interface EntryFacts {
  readonly seq: number;
  readonly user: string;
  added: number;
  removed: number;
  effects: number;
}

/** An entry touched no place, or one, or several. */
export type Places = readonly string[];

const nowhere: Places = [];

/** What is known of every entry of a log, in columns: a log may hold hundreds of thousands. */
export class Columns {
  readonly #users: string[] = [];
  readonly #userOf: number[] = [];
  readonly #at: number[] = [];
  readonly #kinds: EntryKind[] = [];
  readonly #added: number[] = [];
  readonly #removed: number[] = [];
  readonly #effects: number[] = [];
  readonly #places: Places[] = [];
  readonly #known = new Map<string, Places>();
  readonly #indices = new Map<string, number>();

  readonly #withdrawn = new Set<number>();

  get length(): number {
    return this.#at.length;
  }

  /** In the order in which they first wrote. */
  get users(): readonly string[] {
    return this.#users;
  }

  /** The facts stay open until the entry has been looked at. */
  add({ seq, kind, userId, at }: Pick<LogEntry, 'seq' | 'kind' | 'userId' | 'at'>): EntryFacts {
    let index = this.#indices.get(userId);
    if (index === undefined) {
      index = this.#users.push(userId) - 1;
      this.#indices.set(userId, index);
    }
    this.#userOf.push(index);
    this.#at.push(Date.parse(at));
    this.#kinds.push(kind);
    this.#added.push(0);
    this.#removed.push(0);
    this.#effects.push(0);
    this.#places.push(nowhere);
    return new Facts(this.#added, this.#removed, this.#effects, seq, userId);
  }

  placed({ seq }: EntryFacts, found: ReadonlySet<string>): void {
    const key = [...found].join(' ');
    let places = this.#known.get(key);
    if (!places) this.#known.set(key, (places = [...found]));
    this.#places[seq - 1] = places;
  }

  /** The act of a seal failed: it signed nothing. */
  withdraw(seq: number): void {
    this.#withdrawn.add(seq);
  }

  isWithdrawn(seq: number): boolean {
    return this.#withdrawn.has(seq);
  }

  userIndex(seq: number): number {
    return this.#userOf[seq - 1] ?? -1;
  }

  user(seq: number): string {
    return this.#users[this.userIndex(seq)] ?? '';
  }

  /** ms */
  at(seq: number): number {
    return this.#at[seq - 1] ?? Number.NaN;
  }

  kind(seq: number): EntryKind {
    return this.#kinds[seq - 1] ?? 'update';
  }

  added(seq: number): number {
    return this.#added[seq - 1] ?? 0;
  }

  removed(seq: number): number {
    return this.#removed[seq - 1] ?? 0;
  }

  effects(seq: number): number {
    return this.#effects[seq - 1] ?? 0;
  }

  places(seq: number): Places {
    return this.#places[seq - 1] ?? nowhere;
  }
}

class Facts implements EntryFacts {
  constructor(
    private readonly addeds: number[],
    private readonly removeds: number[],
    private readonly allEffects: number[],
    readonly seq: number,
    readonly user: string,
  ) {}

  get added(): number {
    return this.addeds[this.seq - 1] ?? 0;
  }

  set added(count: number) {
    this.addeds[this.seq - 1] = count;
  }

  get removed(): number {
    return this.removeds[this.seq - 1] ?? 0;
  }

  set removed(count: number) {
    this.removeds[this.seq - 1] = count;
  }

  get effects(): number {
    return this.allEffects[this.seq - 1] ?? 0;
  }

  set effects(bits: number) {
    this.allEffects[this.seq - 1] = bits;
  }
}
