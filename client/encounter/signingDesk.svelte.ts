import { CalmSave } from '../collab/calmSave.svelte.ts';
import type { SaveState } from '../collab/saveState.ts';
import { maySignNote, signsNotes } from '../../shared/signing/rules.ts';
import { session } from '../session/session.svelte.ts';
import { whyNotSign, type WhyNot } from '../signing/readiness.ts';
import type { Workspace } from './workspace.svelte.ts';

/** What of this encounter I may sign just now, and what I am about to. */
export class SigningDesk {
  open = $state<'note' | 'orders' | null>(null);
  readonly signsNotes = session.user !== null && signsNotes(session.user.role);
  readonly signsOrders = session.can('orders:sign');
  readonly #workspace: Workspace;
  readonly #calm: CalmSave<SaveState | null>;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#calm = new CalmSave(() => workspace.note?.live.save ?? null);
    // What is about to be signed was looked at as another patient's.
    $effect(() => {
      if (workspace.refiledFrom) this.open = null;
    });
  }

  get permitted(): boolean {
    const { currentNote, encounter } = this.#workspace;
    if (!currentNote || !encounter || !session.user) return false;
    const { kind, author } = currentNote;
    return maySignNote(session.user, { kind, authorId: author.id, siteId: encounter.siteId });
  }

  /** Null: the note that is open can be reviewed and signed. Said calmly: it does not change with every key. */
  get whyNot(): WhyNot | null {
    return this.#whyNot(this.#calm.shown);
  }

  #whyNot(save: SaveState | null): WhyNot | null {
    const { note, currentNote } = this.#workspace;
    if (!note || !save) return 'loading';
    return whyNotSign({
      loaded: note.live.loaded,
      signed: currentNote?.status === 'signed' || note.live.sealedAt !== null,
      permitted: this.permitted,
      save,
    });
  }

  /** Opens the review. It never signs. */
  reviewNote(): void {
    const save = this.#workspace.note?.live.save ?? null;
    if (this.open === null && this.#whyNot(save) === null) this.open = 'note';
  }
}
