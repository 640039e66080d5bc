import { untrack } from 'svelte';
import { carePlanRoom, noteRoom, ordersRoom } from '../../shared/documents/room.ts';
import type { EncounterDetail } from '../../shared/encounters/schema.ts';
import type { NoteKind } from '../../shared/notes/kinds.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';
import { LeftHere } from '../collab/leftHere.ts';
import type { LiveDocOptions } from '../collab/liveDoc.svelte.ts';
import { peopleIn, type PresentPerson } from '../collab/presence.svelte.ts';
import { KeptTexts } from '../collab/refused.svelte.ts';
import { isAtRisk, worstState, type SaveState } from '../collab/saveState.ts';
import { firstNote } from '../notes/choice.ts';
import { NoteList } from '../notes/noteList.svelte.ts';
import { createNote, loadNotes } from '../notes/notesApi.ts';
import { session } from '../session/session.svelte.ts';
import { presence } from '../wire/presence.svelte.ts';
import { openRoom, type OpenRoom } from '../collab/openRoom.ts';

/** Also what no service keeps: whoever goes to another chart and comes back finds it. */
const keptTexts = new LeftHere(() => new KeptTexts());

/** One encounter on the screen: its facts, its notes and its open documents. */
export class Workspace {
  readonly encounterId: string;
  readonly kept: KeptTexts;
  readonly #whose: Omit<LiveDocOptions, 'url' | 'room'>;
  readonly mayRead = session.can('chart:read');

  encounter = $state.raw<EncounterDetail | null>(null);
  /** Whose chart this was when it was opened here, where it is another patient's since. */
  refiledFrom = $state.raw<EncounterDetail['patient'] | null>(null);
  readonly list: NoteList;
  noteId = $state<string | null>(null);

  note = $state.raw<OpenRoom | null>(null);
  orders = $state.raw<OpenRoom | null>(null);
  carePlan = $state.raw<OpenRoom | null>(null);

  rooms = $derived<OpenRoom[]>([this.note, this.orders, this.carePlan].filter((room) => room !== null));
  left = $state.raw<OpenRoom[]>([]);
  save = $derived<SaveState | null>(
    worstState([
      ...this.rooms.map(({ live }) => live.save),
      ...this.left.map(({ live }) => live.save).filter(isAtRisk),
    ]),
  );

  constructor(encounterId: string, noteId: string | null) {
    this.encounterId = encounterId;
    this.noteId = noteId;
    this.kept = keptTexts.in(encounterId);
    this.#whose = {
      ...(session.user ? { person: session.user.id } : {}),
      goesOn: () => session.check(),
      kept: this.kept,
    };
    this.list = new NoteList({
      load: () => loadNotes(encounterId),
      create: (kind, key) => createNote(encounterId, kind, key),
    });
  }

  get notes(): readonly NoteLine[] | null {
    return this.list.notes;
  }

  get currentNote(): NoteLine | null {
    return this.notes?.find(({ id }) => id === this.noteId) ?? null;
  }

  /** Everybody else in these documents, once each. */
  get people(): PresentPerson[] {
    return peopleIn(this.rooms).filter(({ id }) => id !== session.user?.id);
  }

  /** Takes what the service tells of it, the first time and each time since. */
  know(encounter: EncounterDetail): void {
    const before = this.encounter?.patient;
    if (before && before.id !== encounter.patient.id) this.refiledFrom ??= before;
    if (this.refiledFrom?.id === encounter.patient.id) this.refiledFrom = null;
    this.encounter = encounter;
  }

  /** Opens its documents, once its facts are known. */
  async open(): Promise<void> {
    if (!this.mayRead || this.orders !== null) return;
    this.orders = openRoom('orders', ordersRoom(this.encounterId), this.#whose);
    this.carePlan = openRoom('care-plan', carePlanRoom(this.encounterId), this.#whose);
    await this.loadNotes();
  }

  /** The first time, one of them is opened; which one is open from then on is for the person to say. */
  async loadNotes(): Promise<void> {
    await this.list.load();
    if (this.#closed || this.note !== null || this.notes === null) return;
    const chosen =
      this.currentNote ??
      firstNote(
        this.notes,
        (capability) => session.can(capability),
        (noteId) => this.#othersIn(noteId),
      );
    if (chosen) this.openNote(chosen.id);
  }

  #othersIn(noteId: string): number {
    return presence
      .in(this.encounterId)
      .filter(({ userId, idle }) => userId !== session.user?.id && !idle)
      .filter(({ documents }) => documents.includes(`note/${noteId}`)).length;
  }

  openNote(noteId: string): void {
    untrack(() => {
      if (this.note !== null && this.noteId === noteId) return;
      if (this.note) this.#retire(this.note);
      this.noteId = noteId;
      this.note = openRoom('note', noteRoom(this.encounterId, noteId), this.#whose);
    });
  }

  #closed = false;

  async startNote(kind: NoteKind): Promise<void> {
    const noteId = await this.list.start(kind);
    if (noteId === null || this.#closed) return;
    this.openNote(noteId);
    await this.loadNotes();
  }

  close(): void {
    this.#closed = true;
    for (const { live } of this.rooms) live.retire();
  }

  #retire(left: OpenRoom): void {
    left.live.retire();
    // Its work is still mine to worry about: the chip goes on speaking for it.
    this.left = [...this.left.filter(({ live }) => isAtRisk(live.save)), left];
  }
}
