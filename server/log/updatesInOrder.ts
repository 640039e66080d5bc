import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

/**
 * Updates of one document in the order in which Yjs emitted them, to be merged. They are joined from their bytes: to
 * make structs of them and sort those, as Yjs must for updates in any order, takes ten times as long, and leaves every
 * typed character a struct of its own.
 */
export class UpdatesInOrder {
  readonly #updates: Uint8Array[] = [];
  #joined: JoinedStructs | null = new JoinedStructs();

  get count(): number {
    return this.#updates.length;
  }

  /** @param reached takes the clock to which each client in the update has come */
  add(update: Uint8Array, reached: Map<number, number>): void {
    this.#updates.push(update);
    if (this.#joined?.take(update, reached)) return;
    this.#joined = null;
    for (const [client, clock] of Y.parseUpdateMeta(update).to) reached.set(client, clock);
  }

  merged(): Uint8Array {
    if (this.#updates.length === 1) return this.#updates[0]!;
    return this.#joined?.encode() ?? Y.mergeUpdates(this.#updates);
  }
}

export function mergeInOrder(updates: readonly Uint8Array[]): Uint8Array {
  const all = new UpdatesInOrder();
  const reached = new Map<number, number>();
  for (const update of updates) all.add(update, reached);
  return all.merged();
}

/**
 * The same update in fewer structs. What was typed in one go is several structs to Yjs once somebody has written
 * between it; as one struct it says the same, and is split again where the other's text arrives.
 */
export function joinStructs(update: Uint8Array): Uint8Array {
  const joined = new JoinedStructs();
  return joined.take(update, new Map()) ? joined.encode() : update;
}

/**
 * A struct, or several that follow each other: each has the last character before it as its origin, and all have the
 * same right origin.
 */
interface Run {
  kind: number;
  clock: number;
  end: number;
  rightClient: number;
  rightClock: number;
  /** The struct as it came, up to the content of text and of what is deleted; of other kinds all of it. */
  head: Uint8Array;
  /** Of text, UTF-8. */
  text: Uint8Array[];
}

interface Range {
  clock: number;
  end: number;
}

/** Kinds of structs and flags of their first byte, as Yjs encodes updates (version 1). */
const kind = {
  collected: 0,
  deleted: 1,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
} as const;
const kindBits = 0b0001_1111;
const hasOrigin = 0b1000_0000;
const hasRightOrigin = 0b0100_0000;
const hasParentSub = 0b0010_0000;
/** Of shared types, the two that have a name: XML elements and hooks. */
const namedTypes = new Set([3, 5]);
const nobody = -1;
const noText: Uint8Array[] = [];

class JoinedStructs {
  readonly #runs = new Map<number, Run[]>();
  readonly #deleted = new Map<number, Range[]>();
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Whether it could be read and follows what came before. If not it has been taken in part, and nothing can be made of it. */
  take(update: Uint8Array, reached: Map<number, number>): boolean {
    this.#bytes = update;
    this.#at = 0;
    for (let clients = this.#number(); clients > 0; clients--) {
      let structs = this.#number();
      const client = this.#number();
      let clock = this.#number();
      let runs = this.#runs.get(client);
      if (!runs) this.#runs.set(client, (runs = []));
      if (runs.length > 0 && runs.at(-1)!.end !== clock) return false;
      for (; structs > 0; structs--) {
        if (!this.#takeStruct(client, clock, runs)) return false;
        clock = runs.at(-1)!.end;
      }
      reached.set(client, clock);
    }
    this.#takeDeletions();
    return true;
  }

  encode(): Uint8Array {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, this.#runs.size);
    for (const [client, runs] of higherFirst(this.#runs)) {
      encoding.writeVarUint(encoder, runs.length);
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, runs[0]!.clock);
      for (const run of runs) writeRun(encoder, run);
    }
    encoding.writeVarUint(encoder, this.#deleted.size);
    for (const [client, ranges] of higherFirst(this.#deleted)) {
      const joined = joinRanges(ranges);
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, joined.length);
      for (const { clock, end } of joined) {
        encoding.writeVarUint(encoder, clock);
        encoding.writeVarUint(encoder, end - clock);
      }
    }
    return encoding.toUint8Array(encoder);
  }

  #takeStruct(client: number, clock: number, runs: Run[]): boolean {
    const start = this.#at;
    const info = this.#bytes[this.#at++]!;
    const ref = info & kindBits;
    let originClient = nobody;
    let originClock = nobody;
    let rightClient = nobody;
    let rightClock = nobody;
    if (ref !== kind.collected) {
      if (info & hasOrigin) {
        originClient = this.#number();
        originClock = this.#number();
      }
      if (info & hasRightOrigin) {
        rightClient = this.#number();
        rightClock = this.#number();
      }
      if ((info & (hasOrigin | hasRightOrigin)) === 0) this.#passParent(info);
    }
    let head = this.#since(start);
    let text = noText;
    let length: number;
    if (ref === kind.string) {
      const bytes = this.#number();
      const utf8 = this.#bytes.subarray(this.#at, (this.#at += bytes));
      text = [utf8];
      length = utf16Length(utf8);
    } else if (ref === kind.deleted) {
      length = this.#number();
    } else {
      const counted = this.#passContent(ref);
      if (counted === null) return false;
      length = counted;
      head = this.#since(start);
    }
    const last = runs.at(-1);
    const continues =
      (ref === kind.string || ref === kind.deleted) &&
      last?.kind === ref &&
      originClient === client &&
      originClock === clock - 1 &&
      rightClient === last.rightClient &&
      rightClock === last.rightClock;
    if (continues) {
      last.end += length;
      if (ref === kind.string) last.text.push(text[0]!);
    } else {
      runs.push({ kind: ref, clock, end: clock + length, rightClient, rightClock, head, text });
    }
    return true;
  }

  #passParent(info: number): void {
    const isRoot = this.#number() === 1;
    if (isRoot) this.#passBytes();
    else {
      this.#number();
      this.#number();
    }
    if (info & hasParentSub) this.#passBytes();
  }

  /** @returns how long it is, in the clock's counting; null for what no document here holds */
  #passContent(ref: number): number | null {
    switch (ref) {
      case kind.collected:
        return this.#number();
      case kind.binary:
      case kind.embed:
        this.#passBytes();
        return 1;
      case kind.format:
        this.#passBytes();
        this.#passBytes();
        return 1;
      case kind.type:
        if (namedTypes.has(this.#number())) this.#passBytes();
        return 1;
      case kind.any: {
        const length = this.#number();
        const values = decoding.createDecoder(this.#bytes);
        values.pos = this.#at;
        for (let left = length; left > 0; left--) decoding.readAny(values);
        this.#at = values.pos;
        return length;
      }
      default:
        return null;
    }
  }

  #takeDeletions(): void {
    for (let clients = this.#number(); clients > 0; clients--) {
      const client = this.#number();
      let known = this.#deleted.get(client);
      if (!known) this.#deleted.set(client, (known = []));
      for (let ranges = this.#number(); ranges > 0; ranges--) {
        const clock = this.#number();
        known.push({ clock, end: clock + this.#number() });
      }
    }
  }

  /** Seven bits a byte, the lowest first. */
  #number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('An update is cut short.');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  #passBytes(): void {
    const length = this.#number();
    this.#at += length;
  }

  #since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#at);
  }
}

function writeRun(encoder: encoding.Encoder, run: Run): void {
  encoding.writeUint8Array(encoder, run.head);
  if (run.kind === kind.deleted) encoding.writeVarUint(encoder, run.end - run.clock);
  if (run.kind !== kind.string) return;
  let bytes = 0;
  for (const piece of run.text) bytes += piece.byteLength;
  encoding.writeVarUint(encoder, bytes);
  for (const piece of run.text) encoding.writeUint8Array(encoder, piece);
}

/** As Yjs writes clients. */
const higherFirst = <T>(byClient: ReadonlyMap<number, T>): [number, T][] =>
  [...byClient].sort(([a], [b]) => b - a);

function joinRanges(ranges: Range[]): Range[] {
  const joined: Range[] = [];
  for (const { clock, end } of ranges.sort((a, b) => a.clock - b.clock)) {
    const last = joined.at(-1);
    if (last && clock <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ clock, end });
  }
  return joined;
}

function utf16Length(utf8: Uint8Array): number {
  let length = 0;
  for (const byte of utf8) {
    const isContinuation = (byte & 0b1100_0000) === 0b1000_0000;
    // What takes four bytes there takes two units here.
    if (!isContinuation) length += byte >= 0b1111_0000 ? 2 : 1;
  }
  return length;
}
