import * as Y from 'yjs';

interface Span {
  client: number;
  from: number;
  to: number;
  place: string;
}

/** Enough for whoever types on for a while in a line that is gone; older ones are told without a place. */
const mostSpans = 4_096;

/**
 * Where things stood that Yjs has collected. What arrives beside one of them is dropped without a trace of where it
 * was typed, and its author should be able to put it back there.
 */
export class CollectedPlaces {
  #spans: Span[] = [];

  remember(client: number, from: number, length: number, place: string): void {
    const last = this.#spans.at(-1);
    if (last && last.client === client && last.to === from && last.place === place) last.to += length;
    else this.#spans.push({ client, from, to: from + length, place });
    if (this.#spans.length > mostSpans) this.#spans = this.#spans.slice(mostSpans / 2);
  }

  of(id: Y.ID | null): string | null {
    if (id === null) return null;
    const { client, clock } = id;
    const found = this.#spans.findLast(
      (span) => span.client === client && clock >= span.from && clock < span.to,
    );
    return found?.place ?? null;
  }

  /** Where a struct of an update would have stood, by what it names as its neighbours or its parent. */
  ofArrival(item: Y.Item): string | null {
    const { parent } = item as { parent: unknown };
    return (
      this.of(item.origin) ?? this.of(item.rightOrigin) ?? this.of(parent instanceof Y.ID ? parent : null)
    );
  }
}
