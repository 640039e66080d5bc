import type { AnyType } from './folded.ts';

/** A quotation in a list is a reminder, not the text. */
const maxUnits = 120;

/** Pieces of text as one quotation. */
export class Quote {
  #text = '';
  #cut = false;
  #where: AnyType | null = null;
  #shown = 0;

  get isEmpty(): boolean {
    return this.#text.trim() === '';
  }

  /** A character, and how much visible text stands before it in its line. */
  unit(unit: string, where: AnyType, shown: number): void {
    if (this.#text.length >= maxUnits) {
      this.#cut = true;
      return;
    }
    const follows = this.#where === where && this.#shown === shown;
    if (this.#text !== '' && !follows) this.#text += ' … ';
    this.#text += unit;
    this.#where = where;
    this.#shown = shown;
  }

  /** The character that was just given is itself visible. */
  passed(shown: number): void {
    this.#shown = shown;
  }

  /** Something that stands by itself. */
  piece(text: string): void {
    if (text === '' || this.#text.length >= maxUnits) return;
    this.#text += this.#text === '' ? text : ` … ${text}`;
    this.#where = null;
  }

  toString(): string {
    const text = this.#text.trim().replace(/\s+/gu, ' ');
    return this.#cut ? `${text}…` : text;
  }
}
