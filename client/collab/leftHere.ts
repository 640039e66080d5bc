import { onSignedInAgain } from '../wire/again.ts';

/**
 * What a person leaves behind in each chart that is on no record: there again when they come back to it, for as long as
 * this screen is theirs.
 */
export class LeftHere<T> {
  readonly #left = new Map<string, T>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  in(chart: string): T {
    if (this.#left.size === 0)
      onSignedInAgain(
        () => undefined,
        () => this.#left.clear(),
      );
    const held = this.#left.get(chart) ?? this.#make();
    this.#left.set(chart, held);
    return held;
  }
}
