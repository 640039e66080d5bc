import * as Y from 'yjs';
import type { OwnLoss } from './ownLosses.ts';
import type { KeptPiece } from './refused.svelte.ts';

/**
 * Words of mine that somebody else's change took away before the service had them: what Yjs sends of them from then on
 * has nothing in it. Whether the service has them it says itself, with the state vector of its step 1; what it had, it
 * keeps for me.
 */
export class Swallowed {
  #losses: OwnLoss[] = [];

  /** @param durable the service's state vector, as far as it has told of it */
  remember(losses: readonly OwnLoss[], clientId: number, durable: Uint8Array | null): void {
    const had = clockIn(durable, clientId);
    for (const loss of losses) if (loss.clock + loss.length > had) this.#losses.push(loss);
  }

  /** The service has told that so much is durable. It heard of all this before it could hear that it is gone. */
  durable(clientId: number, stateVector: Uint8Array): void {
    if (this.#losses.length === 0) return;
    const has = clockIn(stateVector, clientId);
    this.#losses = this.#losses.filter(({ clock, length }) => clock + length > has);
  }

  /**
   * The service asks for what it lacks: what of my words it will never get, one piece a place. What it has without
   * having called it durable is asked after again, should it come to lack it.
   */
  takeLacking(clientId: number, stateVector: Uint8Array): KeptPiece[] {
    if (this.#losses.length === 0) return [];
    const has = clockIn(stateVector, clientId);
    const pieces: (KeptPiece & { within: unknown })[] = [];
    for (const loss of this.#losses.toSorted((one, other) => one.clock - other.clock)) {
      const text = lackingText(loss, has);
      const { place, within } = loss;
      const piece = pieces.find((each) => each.place === place);
      if (!piece) pieces.push({ text, place, within });
      else {
        piece.text += piece.within === within ? text : `\n${text}`;
        piece.within = within;
      }
    }
    this.#losses = this.#losses.filter(({ clock }) => clock < has).map((loss) => upTo(loss, has));
    return pieces.flatMap(({ text, place }) => (text.trim() === '' ? [] : [{ text, place }]));
  }
}

/** What of it the service has. */
const upTo = (loss: OwnLoss, has: number): OwnLoss =>
  loss.clock + loss.length <= has
    ? loss
    : { ...loss, length: has - loss.clock, text: loss.text.slice(0, has - loss.clock) };

const clockIn = (stateVector: Uint8Array | null, clientId: number): number =>
  stateVector === null ? 0 : (Y.decodeStateVector(stateVector).get(clientId) ?? 0);

/** Characters have a clock each; a value under a key is lacking whole or not at all. */
const lackingText = ({ clock, length, text }: OwnLoss, has: number): string =>
  clock >= has ? text : text.length === length ? text.slice(has - clock) : '';
