import * as Y from 'yjs';
import type { NewStruct } from './structs.ts';

/** Items that are walked over for one update: a tablet's whole day is far below. */
const maxSteps = 2_000_000;

export type Standing = 'right' | 'wrong' | 'too-far';

/**
 * Whether everybody will put an item in the same place, whatever they hold when it comes in. Yjs looks for the place
 * from behind the left neighbour on, over all that descends from that one: what was put behind it, behind what was put
 * behind it, and so on. Of those that were put behind the same one the lower client id stands first. The search ends at
 * the right neighbour, or at the first that does not descend from the left one.
 *
 * So a right neighbour that does not descend from the left one is never passed, wherever it stands. One that was put
 * behind the left one is what honest neighbours are. One that descends from it further down, by way of a `child`, is
 * met only when `child` is passed, for its lower client id: then the item would stand among the descendants of `child`
 * without being one, and would end the search of others that come in there.
 */
export class Neighbours {
  #steps = 0;

  constructor(private readonly find: (id: Y.ID) => NewStruct | null) {}

  standingOf({ id, origin, rightOrigin }: Y.Item): Standing {
    if (this.#steps > maxSteps) return 'too-far';
    if (rightOrigin === null) return 'right';
    const right = this.#item(rightOrigin);
    // Beside what is collected it is collected too.
    if (right === null || Y.compareIDs(originAt(right, rightOrigin), origin)) return 'right';
    // What the left one was put in front of was there before it.
    if (origin !== null && Y.compareIDs(this.#item(origin)?.rightOrigin ?? null, rightOrigin)) return 'right';
    const child = this.#childOf(origin, right, rightOrigin.clock);
    if (child === 'too-far') return 'too-far';
    return child === null || child.id.client >= id.client ? 'right' : 'wrong';
  }

  /**
   * Gives an item whose right neighbour is the left one, or comes before it in one run of somebody's typing, the right
   * neighbour of that run. Yjs writes such an item when the deletion of whole blocks is undone and redone many times
   * over, and puts it where it stands with the other one too; but whoever receives it splits the run at both
   * neighbours, and loses the left one while it is joined to the right one.
   * @returns whether it was one
   */
  putRight(item: Y.Item): boolean {
    const first = this.#joinedLeft(item);
    // The left one may be such an item too, and come later in the update.
    for (let left = first; left !== null; left = this.#joinedLeft(left)) {
      item.rightOrigin = left.rightOrigin;
      if (++this.#steps > maxSteps) break;
    }
    return first !== null;
  }

  #joinedLeft({ origin, rightOrigin }: Y.Item): Y.Item | null {
    if (origin === null || origin.client !== rightOrigin?.client || rightOrigin.clock > origin.clock)
      return null;
    const left = this.#item(origin);
    return left !== null && this.#isOneRun(rightOrigin, left) ? left : null;
  }

  #item(id: Y.ID): Y.Item | null {
    const found = this.find(id);
    return found instanceof Y.Item ? found : null;
  }

  /** Whether all from `first` to this item was typed one behind the other; what is too far to tell may have been. */
  #isOneRun({ client, clock }: Y.ID, last: Y.Item): boolean {
    for (let at: Y.Item | null = last; at !== null; at = this.#item(at.origin!)) {
      if (clock >= at.id.clock || ++this.#steps > maxSteps) return true;
      if (!Y.compareIDs(at.origin, Y.createID(client, at.id.clock - 1))) return false;
    }
    return false;
  }

  /** By way of which item, itself put behind `origin`, this one descends from there; null when it does not. */
  #childOf(origin: Y.ID | null, item: Y.Item, from: number): Y.Item | 'too-far' | null {
    let clock = from;
    for (let at: Y.Item | null = item; at !== null; at = this.#item(at.origin)) {
      if (++this.#steps > maxSteps) return 'too-far';
      const { client, clock: first } = at.id;
      const isInside = origin?.client === client && origin.clock >= first && origin.clock < clock;
      if (isInside || Y.compareIDs(at.origin, origin)) return at;
      if (at.origin === null) return null;
      ({ clock } = at.origin);
    }
    return null;
  }
}

const originAt = (item: Y.Item, { client, clock }: Y.ID): Y.ID | null =>
  clock === item.id.clock ? item.origin : Y.createID(client, clock - 1);
