import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import type { Shape } from '../../shared/documents/shape.ts';
import { documentOf, type StoredDocument } from '../log/fold.ts';
import { mergeInOrder } from '../log/updatesInOrder.ts';

/** A document of more structs stays awake: to wake it would be felt by whoever types next. */
const maxStructsAsleep = 1_000;

/**
 * What a document holds: awake as Yjs keeps it for whoever writes, asleep as its encoded bytes, of which Yjs makes
 * some fifteen times as much memory. Asleep it still answers what a reader asks.
 */
export class HeldDocument {
  #awake: Y.Doc | null = null;
  /** While asleep: together the whole state. */
  #parts: readonly Uint8Array[];
  #stateVector: Uint8Array | null = null;
  /** The id under which the server writes: the same however often it wakes. */
  #clientId: number | null = null;

  constructor(
    private readonly roots: Readonly<Record<string, Shape>>,
    { updates, stateVector }: Pick<StoredDocument, 'updates' | 'stateVector'>,
    private readonly onWake: (doc: Y.Doc) => void,
  ) {
    this.#parts = updates;
    this.#stateVector = stateVector;
  }

  /** Wakes it. @throws when what is held leaves something pending */
  get doc(): Y.Doc {
    if (this.#awake) return this.#awake;
    const doc = documentOf(this.#parts, this.roots);
    if (this.#clientId !== null) doc.clientID = this.#clientId;
    this.#clientId = doc.clientID;
    this.#awake = doc;
    this.#parts = [];
    this.#stateVector = null;
    this.onWake(doc);
    return doc;
  }

  get isAwake(): boolean {
    return this.#awake !== null;
  }

  /** The server's own client id here; null before it had one. */
  get clientId(): number | null {
    return this.#clientId;
  }

  /** Bytes of what is held asleep. */
  get size(): number {
    return this.#parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  state(): Uint8Array {
    if (this.#awake) return Y.encodeStateAsUpdate(this.#awake);
    if (this.#parts.length !== 1) this.#parts = [mergeInOrder(this.#parts)];
    return this.#parts[0]!;
  }

  stateVector(): Uint8Array {
    if (this.#awake) return Y.encodeStateVector(this.#awake);
    return (this.#stateVector ??= Y.encodeStateVectorFromUpdate(this.state()));
  }

  /** How many clients have ever written here. */
  get clients(): number {
    return (
      this.#awake?.store.clients.size ?? decoding.readVarUint(decoding.createDecoder(this.stateVector()))
    );
  }

  /** What somebody lacks who holds this much, in one or more updates. @throws for what is no state vector */
  missing(stateVector: Uint8Array): readonly Uint8Array[] {
    if (this.#awake) return [Y.encodeStateAsUpdate(this.#awake, stateVector)];
    // As they lie there: to merge them first would mean to read through all of them.
    const holdsNothing = Y.decodeStateVector(stateVector).size === 0;
    if (holdsNothing && this.#parts.length > 0) return this.#parts;
    return [Y.diffUpdate(this.state(), stateVector)];
  }

  /** Goes to sleep, unless it is so large that waking would take long. */
  rest(): void {
    const doc = this.#awake;
    if (!doc) return;
    let structs = 0;
    for (const ofClient of doc.store.clients.values()) structs += ofClient.length;
    if (structs > maxStructsAsleep) return;
    this.#parts = [Y.encodeStateAsUpdate(doc)];
    this.#stateVector = Y.encodeStateVector(doc);
    this.#awake = null;
    doc.destroy();
  }

  destroy(): void {
    this.#awake?.destroy();
  }
}
