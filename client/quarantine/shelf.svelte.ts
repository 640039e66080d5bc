import * as Y from 'yjs';
import { appendLines, bodyAt, placeNear } from '../collab/place.ts';
import type { OpenRoom, Pane } from '../collab/openRoom.ts';
import type { KeptText, KeptTexts } from '../collab/refused.svelte.ts';
import { workspaceWords } from '../messages/workspace.ts';
import { ApiError } from '../wire/api.ts';
import { groupKept, type KeptGroup } from './groups.ts';
import { loadKept, settleKept, storeOwn } from './keptApi.ts';
import type { SettleHow } from '../../shared/quarantine/schema.ts';

const words = workspaceWords.kept;

interface ShelfOptions {
  encounterId: string;
  kept: KeptTexts;
  me: string | null;
  /** The documents that this screen has open. */
  rooms: () => readonly OpenRoom[];
}

/** What is kept aside of one encounter, and what a person may do with it. */
export class Shelf {
  readonly kept: KeptTexts;
  readonly #options: ShelfOptions;
  open = $state(false);
  failed = $state(false);
  /** What I am done with, and the service has not heard of yet. */
  readonly #untold = new Map<string, { item: KeptText; how: SettleHow }>();
  /** What I was done with before the service had it. */
  readonly #doneHere = new Map<string, SettleHow>();
  #loading = false;
  #again = false;
  /** A list that was already under way may still have it. */
  readonly #done = new Set<string>();

  constructor(options: ShelfOptions) {
    this.kept = options.kept;
    this.#options = options;
  }

  /** Newest first; what happened on this page before all. */
  get items(): KeptGroup[] {
    return groupKept(this.kept.items);
  }

  /** My rescued words of this place of an open document. */
  lostAt(room: string, place: string): KeptGroup[] {
    return this.items.filter(
      (item) =>
        item.why === 'rescued' &&
        item.author === null &&
        item.room === room &&
        item.pieces.some((piece) => piece.place === place),
    );
  }

  async load(): Promise<void> {
    // Something happened while the list was under way: that list is already old.
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    try {
      do {
        this.#again = false;
        for (const { item, how } of this.#untold.values()) await this.#tell(item, how);
        for (const item of this.kept.unstoredRescues) await this.#store(item);
        const known = new Set(this.kept.items.map(({ id }) => id));
        const listed = await loadKept(this.#options.encounterId, this.#options.me);
        this.kept.receive(
          listed.filter(({ id }) => !this.#done.has(id)),
          known,
        );
      } while (this.#again);
      this.failed = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = true;
    } finally {
      this.#loading = false;
    }
  }

  /** Whether all of its words can be written back where they stood, from this screen. */
  canInsert(item: KeptText): boolean {
    return item.pieces.length > 0 && item.pieces.every((piece) => this.#bodyOf(item, piece) !== null);
  }

  /** Writes its words at the end of where they stood, as an edit of mine. */
  insert(item: KeptGroup): void {
    const open = this.#roomOf(item);
    if (!open || !this.canInsert(item)) return;
    for (const piece of item.pieces)
      appendLines(open.live.doc, this.#bodyOf(item, piece)!, piece.text.trim());
    for (const member of item.members) this.#settle(member, 'restored');
  }

  letGo(item: KeptGroup): void {
    for (const member of item.members) this.#settle(member, 'dismissed');
  }

  /** Where its words stood, as people call it. */
  whereOf(item: KeptText): string {
    const [, kind = 'note'] = item.room.split('/');
    const place = item.pieces[0] && this.placeOf(item, item.pieces[0]);
    const [root, id] = place?.split('/') ?? [];
    if (root === 'sections' && id !== undefined) {
      const section: unknown = this.#roomOf(item)?.live.doc.getMap('sections').get(id);
      const title: unknown = section instanceof Y.Map ? section.get('title') : null;
      if (typeof title === 'string' && title !== '') return words.inSection(title);
    }
    return words.in[kind as Pane];
  }

  /** The place of a piece in its document, as a path; null when nobody can tell. */
  placeOf(item: KeptText, piece: KeptText['pieces'][number]): string | null {
    const open = this.#roomOf(item);
    if (piece.place !== null || !piece.near || !open) return piece.place;
    return placeNear(open.live.doc, piece.near);
  }

  #roomOf({ room }: KeptText): OpenRoom | null {
    return this.#options.rooms().find(({ live }) => live.room === room) ?? null;
  }

  #bodyOf(item: KeptText, piece: KeptText['pieces'][number]): ReturnType<typeof bodyAt> {
    const open = this.#roomOf(item);
    return open?.live.editable ? bodyAt(open.live.doc, this.placeOf(item, piece)) : null;
  }

  #settle(item: KeptText, how: SettleHow): void {
    this.kept.dismiss(item.id);
    if (!item.stored) return void this.#doneHere.set(item.id, how);
    this.#done.add(item.id);
    this.#untold.set(item.id, { item, how });
    void this.#tell(item, how);
  }

  /** Words that died here before the service had them: without an answer it is asked again with the next list. */
  async #store(item: KeptText): Promise<void> {
    try {
      const { id } = await storeOwn(item);
      if (this.kept.stored(item.id, id)) return;
      this.#settle({ ...item, id, stored: true }, this.#doneHere.get(item.id) ?? 'dismissed');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Without an answer it is told again with the next list; a second telling changes nothing. */
  async #tell(item: KeptText, how: SettleHow): Promise<void> {
    try {
      await settleKept(item, how);
      this.#untold.delete(item.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'not-found') this.#untold.delete(item.id);
    }
  }
}
