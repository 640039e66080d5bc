/** A quotation in a list is a reminder, not the text. */
const maxUnits = 120;

/** Pieces of text as one quotation. */
export class Quote {
  #text = '';
  #cut = false;
  #interrupted = false;

  get isEmpty(): boolean {
    return this.#text.trim() === '';
  }

  unit(unit: string): void {
    if (this.#text.length >= maxUnits) {
      this.#cut = true;
      return;
    }
    if (this.#text !== '' && this.#interrupted) this.#text += ' … ';
    this.#text += unit;
    this.#interrupted = false;
  }

  interrupt(): void {
    this.#interrupted = true;
  }

  /** Something that stands by itself. */
  piece(text: string): void {
    if (text === '' || this.#text.length >= maxUnits) return;
    this.#text += this.#text === '' ? text : ` … ${text}`;
    this.#interrupted = true;
  }

  toString(): string {
    const text = this.#text.trim().replace(/\s+/gu, ' ');
    return this.#cut ? `${text}…` : text;
  }
}
