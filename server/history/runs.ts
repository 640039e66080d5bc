import * as Y from 'yjs';
import type { Folded } from './folded.ts';
import type { ClientLife } from './idTable.ts';
import type { TextRun } from './carried.ts';

interface Membership {
  belongs(life: ClientLife, clock: number): boolean;
  /** Not seen at that moment, so that what stands on both sides of it stands together. */
  hidden(life: ClientLife, clock: number): boolean;
}

/** A run goes over at most so many hidden characters at once: what lies farther apart was not deleted together. */
const maxHidden = 4_000;

/** The runs of text, in the order of the document, in which these characters stand together. */
export function runsOf(history: Folded, ids: readonly Y.ID[], members: Membership): TextRun[] {
  const seen = new Map<number, Set<number>>();
  const isSeen = ({ client, clock }: Y.ID): boolean => seen.get(client)?.has(clock) === true;
  const see = ({ client, clock }: Y.ID): void => {
    const clocks = seen.get(client);
    if (clocks) clocks.add(clock);
    else seen.set(client, new Set([clock]));
  };
  const runs: TextRun[] = [];
  for (const id of ids) {
    const item = isSeen(id) ? null : history.itemAt(id);
    if (item === null || !(item.content instanceof Y.ContentString)) continue;
    const first = leftmost(history, new Cursor(item, id.clock - item.id.clock), members);
    const run: { text: string; ids: Y.ID[] } = { text: '', ids: [] };
    let hidden = 0;
    for (let at: Cursor | null = first; at !== null; at = at.right()) {
      const life = history.lives.of(at.item.id.client);
      if (at.unit !== null && members.belongs(life, at.clock)) {
        const here = Y.createID(at.item.id.client, at.clock);
        see(here);
        run.ids.push(here);
        run.text += at.unit;
        hidden = 0;
      } else if (at.item.countable && !members.hidden(life, at.clock)) break;
      else if (++hidden > maxHidden) break;
    }
    runs.push(run);
  }
  return runs;
}

function leftmost(history: Pick<Folded, 'lives'>, from: Cursor, members: Membership): Cursor {
  let first = from;
  let hidden = 0;
  for (let at = from.left(); at !== null; at = at.left()) {
    const life = history.lives.of(at.item.id.client);
    if (at.unit !== null && members.belongs(life, at.clock)) {
      first = at;
      hidden = 0;
    } else if (at.item.countable && !members.hidden(life, at.clock)) break;
    else if (++hidden > maxHidden) break;
  }
  return first;
}

/** A place in a list of items, one UTF-16 unit wide. */
class Cursor {
  constructor(
    readonly item: Y.Item,
    readonly offset: number,
  ) {}

  get clock(): number {
    return this.item.id.clock + this.offset;
  }

  /** Null for what is not text. */
  get unit(): string | null {
    return this.item.content instanceof Y.ContentString ? (this.item.content.str[this.offset] ?? null) : null;
  }

  left(): Cursor | null {
    if (this.offset > 0) return new Cursor(this.item, this.offset - 1);
    return this.item.left === null ? null : new Cursor(this.item.left, this.item.left.length - 1);
  }

  right(): Cursor | null {
    if (this.offset + 1 < this.item.length) return new Cursor(this.item, this.offset + 1);
    return this.item.right === null ? null : new Cursor(this.item.right, 0);
  }
}
