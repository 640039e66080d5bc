import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Contender } from '../contenders/contender.ts';
import type { Author, Room, Sight } from './room.ts';
import { LightSocket } from './socket.ts';
import { emptyUpdate, Pen } from './updates.ts';

const type = { sync: 0, awareness: 1, auth: 2, syncStatus: 8, persisted: 100, rejected: 101 } as const;
const step = { one: 0, two: 1, update: 2 } as const;

const user = { name: 'Somebody', color: '#1d5fd1' };

const nothingKnown = new Uint8Array([0]);

/** As long on the wire as the random ones of real clients. */
let lastClientId = 3_000_000_000;

export interface ClientOptions {
  /** Of the clients of one server, which number this is: they share a few accounts. */
  number: number;
  /** Keeps what arrives, for those who want the document. */
  onUpdate?: (update: Uint8Array) => void;
}

/** A client of the y-websocket protocol, or of hocuspocus' dialect of it, that keeps no document. */
export class Client {
  readonly author: Author;
  readonly pen: Pen;
  readonly #socket: LightSocket;
  readonly #sight: Sight = [];
  readonly #prefix: Uint8Array;
  /** Of each sync message sent, which edit it was, or -1. */
  readonly #sent: number[] = [];
  #acknowledged = 0;
  #awarenessClock = 0;
  /** Close code of the socket, once it is closed. */
  closed: number | null = null;
  #rejected: string | null = null;
  /** Resolves when the document is here. */
  readonly ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;

  constructor(
    private readonly contender: Contender,
    readonly room: Room,
    private readonly options: ClientOptions,
  ) {
    this.pen = new Pen(++lastClientId);
    this.author = room.author(this.pen.clientId);
    room.readers++;
    this.#prefix = contender.prefix(room.name);
    this.ready = new Promise((resolve, reject) => {
      this.#isReady = resolve;
      this.#failed = reject;
    });
    this.#socket = new LightSocket(contender.url(room.name), contender.headers(options.number), {
      opened: () => (contender.asksForToken ? this.#sendToken() : this.#sendHello()),
      message: (payload) => this.#take(payload),
      closed: (code) => {
        this.closed = code;
        this.#failed(new Error(`${contender.name} closed a client with ${code}.`));
      },
    });
  }

  /** What the server refused, or that it let the client go. */
  get refusal(): string | null {
    if (this.#rejected !== null) return `refused with ${this.#rejected}`;
    return this.closed === null ? null : `closed with ${this.closed}`;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  /** How many of the author's edits are acknowledged. */
  get acknowledgedEdits(): number {
    let edits = 0;
    for (let message = 0; message < this.#acknowledged; message++) if (this.#sent[message]! >= 0) edits++;
    return edits;
  }

  /** What others must have seen before typing starts: the paragraph. */
  open(): void {
    this.#edit(this.pen.opening);
  }

  type(text = 'x'): void {
    this.#edit(this.pen.write(text));
  }

  /** Tells where its caret is, as an editor does after every key: behind what it wrote last. */
  showCaret(): void {
    const place = { item: { client: this.pen.clientId, clock: this.pen.clock - 1 }, assoc: -1 };
    this.#sendAwareness({ user, cursor: { anchor: place, head: place } });
  }

  replace(text: string): void {
    this.#edit(this.pen.replace(text));
  }

  typeMany(count: number): void {
    this.#socket.together(() => {
      for (let edit = 0; edit < count; edit++) this.type();
    });
  }

  /** Somebody else's update, not counted as an edit. */
  sendUpdate(update: Uint8Array): void {
    this.#sendSync(step.update, update, -1);
  }

  /** As if it held nothing. */
  askForAll(): void {
    this.#sendStep(step.one, nothingKnown);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.room.readers--;
    this.#socket.close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #edit(update: Uint8Array): void {
    const edit = this.author.ends.length;
    this.room.wrote(this.author, this.pen.clock);
    this.#sendSync(step.update, update, edit);
  }

  #sendToken(): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, type.auth);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarString(encoder, '');
    });
  }

  /** As every stock client does: asks for the document, and says who it is. */
  #sendHello(): void {
    if (this.contender.keepsDocuments) this.#sendStep(step.one, nothingKnown);
    else this.#isReady();
    this.#sendAwareness({ user });
  }

  #sendAwareness(state: object): void {
    const awareness = encoding.createEncoder();
    encoding.writeVarUint(awareness, 1);
    encoding.writeVarUint(awareness, this.author.clientId);
    encoding.writeVarUint(awareness, ++this.#awarenessClock);
    encoding.writeVarString(awareness, JSON.stringify(state));
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, type.awareness);
      encoding.writeVarUint8Array(encoder, encoding.toUint8Array(awareness));
    });
  }

  #sendSync(kind: number, update: Uint8Array, edit: number): void {
    this.#sent.push(edit);
    this.#sendStep(kind, update);
  }

  #sendStep(kind: number, payload: Uint8Array): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, type.sync);
      encoding.writeVarUint(encoder, kind);
      encoding.writeVarUint8Array(encoder, payload);
    });
  }

  #send(fill: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    encoding.writeUint8Array(encoder, this.#prefix);
    fill(encoder);
    this.#socket.send(encoding.toUint8Array(encoder));
  }

  #take(payload: Buffer): void {
    const decoder = decoding.createDecoder(payload);
    decoder.pos = this.#prefix.length;
    switch (decoding.readVarUint(decoder)) {
      case type.sync:
        return this.#takeSync(decoder);
      case type.auth:
        return this.#sendHello();
      case type.syncStatus:
        return this.#acknowledge(this.#acknowledged + 1);
      case type.persisted:
        decoding.readVarUint(decoder);
        decoding.readVarUint8Array(decoder);
        return this.#acknowledge(decoding.readVarUint(decoder));
      case type.rejected:
        this.#rejected = decoding.readVarString(decoder);
    }
  }

  #takeSync(decoder: decoding.Decoder): void {
    const kind = decoding.readVarUint(decoder);
    const payload = decoding.readVarUint8Array(decoder);
    if (kind === step.one) return this.#sendSync(step.two, emptyUpdate, -1);
    this.room.saw(
      this.#sight,
      this.author,
      Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
    );
    this.options.onUpdate?.(payload);
    if (kind === step.two) this.#isReady();
  }

  /** The first `count` sync messages of this connection are acknowledged. */
  #acknowledge(count: number): void {
    const now = performance.now();
    for (; this.#acknowledged < count; this.#acknowledged++) {
      const edit = this.#sent[this.#acknowledged];
      if (edit !== undefined && edit >= 0) this.author.acknowledgedAt[edit] = now;
    }
  }
}
