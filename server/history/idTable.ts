import { createID, type ID } from 'yjs';

const pageSize = 1024;

/** Numbers by clock, 0 where there is none. Only pages that were written to take memory, so a huge clock costs nothing. */
export class ClockTable {
  readonly #pages = new Map<number, Uint32Array>();

  get(clock: number): number {
    return this.#pages.get(Math.floor(clock / pageSize))?.[clock % pageSize] ?? 0;
  }

  set(clock: number, value: number): void {
    const page = Math.floor(clock / pageSize);
    let values = this.#pages.get(page);
    if (!values) this.#pages.set(page, (values = new Uint32Array(pageSize)));
    values[clock % pageSize] = value;
  }

  /** Clocks from `from` on and before `to` that have a number, in order within each page. */
  *between(from: number, to: number): Generator<number> {
    const first = Math.floor(from / pageSize);
    const last = Math.floor((to - 1) / pageSize);
    const pages =
      last - first > this.#pages.size
        ? [...this.#pages.keys()].filter((page) => page >= first && page <= last)
        : Array.from({ length: last - first + 1 }, (_, index) => first + index);
    for (const page of pages) {
      const values = this.#pages.get(page);
      if (!values) continue;
      const start = page * pageSize;
      for (let clock = Math.max(from, start); clock < Math.min(to, start + pageSize); clock++) {
        if (values[clock - start] !== 0) yield clock;
      }
    }
  }
}

/** What the log says of each character that one client id introduced. */
export class ClientLife {
  /** The entry that introduced it, and whether it is text: `seq * 2 + 1` for text. */
  readonly #born = new ClockTable();
  readonly #died = new ClockTable();
  /** Of carried text: the entry of its first author, and which character it was before. */
  readonly #author = new ClockTable();
  /** Of text that was moved: 1, for the entry that deleted it wrote it again elsewhere. */
  readonly #wentOn = new ClockTable();
  readonly #origin = new ClockTable();
  /** Pieces of carried text: characters from `clock` on were those of `client` from `from` on. */
  readonly #pieces: { clock: number; client: number; from: number }[] = [];

  bear(clock: number, length: number, seq: number, isText: boolean): void {
    for (let each = clock; each < clock + length; each++) this.#born.set(each, seq * 2 + (isText ? 1 : 0));
  }

  /** Notes the death of what is alive in this range, and gives how much of it was text. */
  bury(clock: number, length: number, seq: number, died: (clock: number) => void): void {
    for (const each of this.#born.between(clock, clock + length)) {
      if (this.#died.get(each) !== 0) continue;
      this.#died.set(each, seq);
      if (this.isText(each)) died(each);
    }
  }

  carry(clock: number, author: number, before: ID): void {
    this.#author.set(clock, author);
    const last = this.#pieces.at(-1);
    const goesOn =
      last?.client === before.client &&
      last.from + (clock - last.clock) === before.clock &&
      this.#origin.get(clock - 1) === this.#pieces.length;
    if (!goesOn) this.#pieces.push({ clock, client: before.client, from: before.clock });
    this.#origin.set(clock, this.#pieces.length);
  }

  move(clock: number): void {
    this.#wentOn.set(clock, 1);
  }

  /** Whether the entry that deleted it wrote it again elsewhere. */
  wentOn(clock: number): boolean {
    return this.#wentOn.get(clock) === 1;
  }

  /** 0: not in any entry as something that can be seen. */
  born(clock: number): number {
    return this.#born.get(clock) >>> 1;
  }

  isText(clock: number): boolean {
    return (this.#born.get(clock) & 1) === 1;
  }

  died(clock: number): number {
    return this.#died.get(clock);
  }

  /** The entry of its first author. */
  author(clock: number): number {
    return this.#author.get(clock) || this.born(clock);
  }

  /** Which character it was before it was moved; null when it was written where it stands. */
  before(clock: number): ID | null {
    const piece = this.#pieces[this.#origin.get(clock) - 1];
    return piece ? createID(piece.client, piece.from + (clock - piece.clock)) : null;
  }

  isVisible(clock: number, seq: number): boolean {
    const born = this.born(clock);
    if (born === 0 || born > seq) return false;
    const died = this.died(clock);
    return died === 0 || died > seq;
  }
}

/** Birth, death and first author of everything, by Yjs id. */
export class Lives {
  readonly #clients = new Map<number, ClientLife>();

  of(client: number): ClientLife {
    let life = this.#clients.get(client);
    if (!life) this.#clients.set(client, (life = new ClientLife()));
    return life;
  }

  isVisible(id: ID, seq: number): boolean {
    return this.of(id.client).isVisible(id.clock, seq);
  }
}
