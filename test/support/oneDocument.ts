import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { writeNewNote } from '../../shared/documents/note.ts';
import { registry } from '../../shared/documents/registry.ts';
import { LiveDocument, type LiveDocumentDeps } from '../../server/collab/liveDocument.ts';
import type { Peer } from '../../server/collab/peer.ts';
import { Settlement } from '../../server/collab/settlement.ts';
import { DocumentWriting, system } from '../../server/log/entries.ts';
import { emptyDocument } from '../../server/log/fold.ts';
import { memoryLog } from './memoryLog.ts';

const noteRoom = 'e/note/n';

/** One live document on a log in memory. */
export class OneDocument {
  readonly log = memoryLog();
  readonly faults: unknown[] = [];
  #ids = 0;

  readonly deps: LiveDocumentDeps = {
    log: this.log,
    now: () => new Date('2026-03-02T08:00:00.000Z'),
    newId: () => `id-${++this.#ids}`,
    findSealOutcome: async () => ({ outcome: 'not-committed' }),
    isUnderWay: () => false,
    onFault: (_room, error) => this.faults.push(error),
    onChanged: () => {},
    onPresence: () => {},
    onWake: () => {},
  };

  basket(): Promise<LiveDocument> {
    return LiveDocument.load('e/orders', registry.orders, this.deps);
  }

  async note(): Promise<LiveDocument> {
    const writing = new DocumentWriting(noteRoom, emptyDocument(registry.note.roots)).turn(
      system,
      '2026-03-01',
      (doc) => writeNewNote(doc, [{ id: 's1', title: 'Plan', rank: 'V' }]),
    );
    await this.log.append(writing.done());
    return this.noteAgain();
  }

  /** As the log has it: after a restart. */
  noteAgain(changed: Partial<LiveDocumentDeps> = {}): Promise<LiveDocument> {
    return LiveDocument.load(noteRoom, registry.note, { ...this.deps, ...changed });
  }
}

/** A client on a link that the test opens and closes: what is sent while it is closed waits. */
export class Client {
  readonly doc = new Y.Doc();
  readonly rescued: { text: string; where: string | null }[] = [];
  readonly refusals: string[] = [];
  peer: Peer | null = null;
  lagging = false;
  /** Nothing of what it says arrives. */
  mute = false;

  constructor(
    readonly server: LiveDocument,
    readonly userId: string,
    readonly deviceId = `${userId}'s tablet`,
  ) {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server' && this.peer && !this.mute) server.receive(this.peer, 'update', update);
    });
  }

  /** A stock provider answers the server's step 1, which comes first, before it merges; one that does not is `mergeFirst`. */
  async connect({ mergeFirst = false } = {}): Promise<this> {
    this.peer = {
      user: { id: this.userId, name: this.userId, role: 'nurse', initials: 'XX', colour: 'blue' },
      deviceId: this.deviceId,
      extended: true,
      settlement: new Settlement(),
      access: { mode: 'write', orderCategories: null },
      knownAtOpening: null,
      send: (...frames) => {
        for (const frame of frames) this.#take(frame);
      },
      greet: () => undefined,
      isLagging: () => this.lagging,
      close: () => (this.peer = null),
      refused: (_update, reason) => this.refusals.push(reason),
    };
    const { peer } = this;
    const stateVector = Y.encodeStateVector(this.doc);
    this.server.join(peer);
    const answered = this.server.sendMissing(peer, stateVector);
    if (mergeFirst) await answered;
    this.server.receive(peer, 'step2', Y.encodeStateAsUpdate(this.doc, this.#serverHas));
    await answered;
    await this.server.settled();
    return this;
  }

  answerPing(): void {
    this.server.askWhetherThere(this.peer!)();
  }

  disconnect(): void {
    if (this.peer) this.server.leave(this.peer);
    this.peer = null;
  }

  #serverHas: Uint8Array = new Uint8Array([0]);

  #take(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === 103)
      this.rescued.push(JSON.parse(decoding.readVarString(decoder)) as { text: string; where: string });
    if (type !== 0) return;
    const step = decoding.readVarUint(decoder);
    const payload = decoding.readVarUint8Array(decoder);
    if (step === 0) this.#serverHas = payload;
    else Y.applyUpdate(this.doc, payload, 'server');
  }

  get drafts(): Y.Map<Y.Map<unknown>> {
    return this.doc.getMap('drafts');
  }

  get body(): Y.XmlFragment {
    return this.doc.getMap<Y.Map<unknown>>('sections').get('s1')!.get('body') as Y.XmlFragment;
  }

  line(index: number): Y.XmlText {
    return (this.body.get(index) as Y.XmlElement).get(0) as Y.XmlText;
  }
}

export const order = (value: string): Y.Map<unknown> => {
  const draft = new Y.Map<unknown>();
  draft.set('category', 'medication');
  draft.set('detail', dose(value));
  return draft;
};

export const dose = (value: string): object => ({ dose: { value } });
