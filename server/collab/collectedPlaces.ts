import * as Y from 'yjs';

/** Where something stood, and the entry that took it away. */
export interface Gone {
  place: string;
  seq: number;
}

interface Span extends Gone {
  client: number;
  from: number;
  to: number;
}

/** Enough for whoever types on for a while in a line that is gone; older ones are told without a place. */
const mostSpans = 4_096;

/**
 * Where things stood that Yjs has collected. What arrives beside one of them is dropped without a trace of where it
 * was typed, and its author should be able to put it back there.
 */
export class CollectedPlaces {
  #spans: Span[] = [];

  remember(client: number, from: number, length: number, { place, seq }: Gone): void {
    const last = this.#spans.at(-1);
    const goesOn = last?.client === client && last.to === from && last.place === place && last.seq === seq;
    if (goesOn) last.to += length;
    else this.#spans.push({ client, from, to: from + length, place, seq });
    if (this.#spans.length > mostSpans) this.#spans = this.#spans.slice(mostSpans / 2);
  }

  of(id: Y.ID | null): Gone | null {
    if (id === null) return null;
    const { client, clock } = id;
    const covers = (span: Span): boolean => span.client === client && clock >= span.from && clock < span.to;
    return this.#spans.findLast(covers) ?? null;
  }

  /** Where a struct of an update would have stood, by what it names as its neighbours or its parent. */
  ofArrival(item: Y.Item): Gone | null {
    const { parent } = item as { parent: unknown };
    return (
      this.of(item.origin) ?? this.of(item.rightOrigin) ?? this.of(parent instanceof Y.ID ? parent : null)
    );
  }
}
