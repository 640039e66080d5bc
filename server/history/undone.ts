import * as Y from 'yjs';
import type { Carried, TextRun } from './carried.ts';
import type { Folded } from './folded.ts';

/** Text that comes back: these new characters are those that were deleted. */
interface Restored {
  to: readonly Y.ID[];
  from: readonly Y.ID[];
}

/** How many of a person's deletions are remembered. */
const memory = 32;

/**
 * Deletions that are taken back by a later entry. An undo writes the text again as new characters under the id of who
 * undoes; what it brings back is still the first author's. Two kinds of evidence count: the new text stands directly
 * before the very characters that it repeats, which is where Yjs puts it; or it is, whole, what the same person deleted
 * shortly before, which is also how text moves by cutting and pasting.
 */
export class Undone {
  /** Shorter pieces are too easily typed again by chance. */
  readonly shortest = 3;
  readonly #deleted = new Map<string, TextRun[]>();

  remember(user: string, deleted: readonly TextRun[], carried: readonly Carried[]): void {
    const moved = new Set(carried.map(({ deleted: run }) => run));
    const gone = deleted.filter((run) => !moved.has(run) && run.text.length >= this.shortest);
    if (gone.length === 0) return;
    this.#deleted.set(user, [...(this.#deleted.get(user) ?? []), ...gone].slice(-memory));
  }

  restored(
    history: Folded,
    structs: readonly (Y.Item | Y.GC | Y.Skip)[],
    inserted: readonly TextRun[],
    user: string,
  ): Restored[] {
    const isCarried = ({ client, clock }: Y.ID): boolean => history.lives.of(client).before(clock) !== null;
    const inPlace = structs.flatMap((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString && !isCarried(struct.id)
        ? (repeated(history, struct, struct.content.str) ?? [])
        : [],
    );
    const done = new Set(inPlace.flatMap(({ to }) => to.map(({ client, clock }) => `${client} ${clock}`)));
    const elsewhere = inserted.flatMap((run): Restored[] => {
      const first = run.ids[0];
      if (run.text.length < this.shortest || first === undefined) return [];
      if (isCarried(first) || done.has(`${first.client} ${first.clock}`)) return [];
      const before = this.#deleted.get(user)?.findLast(({ text }) => text === run.text);
      return before ? [{ to: run.ids, from: before.ids }] : [];
    });
    return [...inPlace, ...elsewhere];
  }
}

/** The deleted characters directly after this item, when they say the same. */
function repeated(history: Folded, struct: Y.Item, text: string): Restored | null {
  if (struct.rightOrigin === null) return null;
  const from: Y.ID[] = [];
  let item = history.itemAt(struct.rightOrigin);
  let { clock } = struct.rightOrigin;
  for (; item !== null && from.length < text.length; item = item.right, clock = item?.id.clock ?? 0) {
    const { content, id } = item;
    if (!(content instanceof Y.ContentString)) {
      if (item.countable) return null;
      continue;
    }
    const life = history.lives.of(id.client);
    for (let offset = clock - id.clock; offset < item.length && from.length < text.length; offset++) {
      if (life.died(id.clock + offset) === 0 || content.str[offset] !== text[from.length]) return null;
      from.push(Y.createID(id.client, id.clock + offset));
    }
  }
  if (from.length < text.length) return null;
  const { client, clock: start } = struct.id;
  return { to: from.map((_, index) => Y.createID(client, start + index)), from };
}
