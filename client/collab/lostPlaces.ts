import type { OwnLoss } from './ownLosses.ts';

/** Lines that others remove hold a few words of mine; more than this many are not looked back at. */
const most = 50;

/**
 * Where words of mine stood that somebody else's change took away. The service may know no more than that they are
 * gone: what they stood in can be collected before they arrive there.
 */
export class LostPlaces {
  #places: { text: string; place: string }[] = [];

  remember(losses: readonly OwnLoss[]): void {
    const texts = new Map<string, string>();
    for (const { text, place } of losses)
      if (place !== null) texts.set(place, (texts.get(place) ?? '') + text);
    for (const [place, text] of texts) this.#places.push({ text, place });
    this.#places = this.#places.slice(-most);
  }

  /** The place of rescued words, by the latest loss that had them. */
  placeOf(text: string): string | null {
    return this.#places.findLast((lost) => lost.text.includes(text))?.place ?? null;
  }
}
