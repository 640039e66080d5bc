import { join } from 'node:path';
import PdfDocument from 'pdfkit';
import { appRoot } from '../db/appRoot.ts';

/** A4 in points, and what stays free of text: the banner above, the footer below. */
const margins = { top: 116, bottom: 58, left: 42, right: 42 };

const ink = '#11181f';
const quiet = '#4a5763';
const rule = '#c3ccd5';

type Weight = 'regular' | 'semibold';

export interface Style {
  size?: number;
  weight?: Weight;
  color?: 'ink' | 'quiet';
  indent?: number;
}

export interface Column {
  title: string;
  /** Share of the width. */
  share: number;
}

/** What is drawn on every page once all of them are there. */
export type Frame = (sheet: Sheet, page: number, pages: number) => void;

/** Where a frame draws: outside the margins. */
export interface Sheet {
  width: number;
  left: number;
  height: number;
  /** Gives the place below; what does not fit into its lines ends in an ellipsis. */
  text(
    text: string,
    x: number,
    y: number,
    options: Style & { width: number; lines?: number; align?: 'left' | 'right' },
  ): number;
  line(y: number): void;
}

const fontFile = (weight: string): string => join(appRoot(), 'server/print/fonts', `Inter-${weight}.otf`);

/** Pages of text, tables and drawings. Characters that the typeface does not have are spelled out, never left blank. */
export class Paper {
  readonly #doc: PDFKit.PDFDocument;
  readonly #hasGlyph: (point: number) => boolean;
  #spelled = 0;

  constructor(title: string, madeAt: Date) {
    this.#doc = new PdfDocument({
      size: 'A4',
      margins,
      bufferPages: true,
      lang: 'en',
      info: { Title: title, Creator: 'Cochart', Producer: 'Cochart', CreationDate: madeAt, ModDate: madeAt },
    });
    this.#doc.registerFont('semibold', fontFile('SemiBold'));
    this.#doc.registerFont('regular', fontFile('Regular'));
    this.#doc.font('regular');
    // Not in its types: the font that is in use, as fontkit has read it.
    const { font } = (
      this.#doc as unknown as { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } }
    )._font;
    this.#hasGlyph = (point) => font.hasGlyphForCodePoint(point);
  }

  /** The bytes, as they are made; `close` ends them. */
  get stream(): NodeJS.ReadableStream {
    return this.#doc;
  }

  /** How many characters had to be spelled out. */
  get spelled(): number {
    return this.#spelled;
  }

  get left(): number {
    return margins.left;
  }

  get width(): number {
    return this.#doc.page.width - margins.left - margins.right;
  }

  get y(): number {
    return this.#doc.y;
  }

  /** As it can be printed: composed, without control characters, what has no glyph spelled out. */
  readable(text: string): string {
    let printed = '';
    for (const character of text.normalize('NFC').replaceAll('\r\n', '\n').replaceAll('\t', '    ')) {
      const point = character.codePointAt(0)!;
      if (point === 0x0a || this.#hasGlyph(point)) printed += character;
      else if (!/[\p{Cc}\p{Cf}\p{Mn}]/u.test(character)) {
        this.#spelled++;
        printed += /\s/u.test(character) ? ' ' : `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`;
      }
    }
    return printed;
  }

  /** Begins a page unless this much of it is left. */
  need(height: number): void {
    if (this.#doc.y + height > this.#doc.page.height - margins.bottom) this.#doc.addPage();
  }

  space(height: number): void {
    this.#doc.y += height;
  }

  #style({ size = 9, weight = 'regular', color = 'ink' }: Style): void {
    this.#doc
      .font(weight)
      .fontSize(size)
      .fillColor(color === 'ink' ? ink : quiet);
  }

  heading(title: string): void {
    this.need(64);
    this.space(this.#doc.y > margins.top + 4 ? 14 : 0);
    this.text(title, { size: 12.5, weight: 'semibold' });
    this.#rule(this.#doc.y + 2);
    this.space(7);
  }

  #rule(y: number): void {
    const { left } = margins;
    this.#doc
      .moveTo(left, y)
      .lineTo(left + this.width, y)
      .lineWidth(0.5)
      .strokeColor(rule)
      .stroke();
  }

  text(text: string, style: Style = {}): void {
    const indent = style.indent ?? 0;
    for (const paragraph of this.readable(text).split('\n')) {
      this.#style(style);
      const options = { width: this.width - indent, lineGap: 1.5 };
      this.#doc.text(paragraph === '' ? ' ' : paragraph, margins.left + indent, this.#doc.y, options);
    }
  }

  /** Rows below headings that come back on every page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const all = columns.reduce((sum, { share }) => sum + share, 0);
    const gap = 8;
    const widths = columns.map(({ share }) => (this.width * share) / all - gap);
    const draw = (cells: readonly string[], style: Style): void => {
      this.#style(style);
      const { y } = this.#doc;
      let x = margins.left;
      let lowest = y;
      for (const [index, cell] of cells.entries()) {
        this.#doc.text(cell === '' ? ' ' : cell, x, y, { width: widths[index]!, lineGap: 1 });
        lowest = Math.max(lowest, this.#doc.y);
        x += widths[index]! + gap;
      }
      this.#doc.y = lowest;
    };
    const head = (): void => {
      draw(
        columns.map(({ title }) => title),
        { size: 8, color: 'quiet', weight: 'semibold' },
      );
      this.space(3);
    };
    this.need(48);
    head();
    let name = '';
    for (const row of rows) {
      const cells = row.map((cell) => this.readable(cell));
      name = cells[0] || name;
      this.#style({ size: 8.5 });
      const height = Math.max(
        ...cells.map((cell, index) => this.#doc.heightOfString(cell, { width: widths[index]!, lineGap: 1 })),
      );
      // What is taller than a page flows over; anything else stays in one piece.
      if (this.#doc.y + height > this.#doc.page.height - margins.bottom) {
        this.#doc.addPage();
        head();
        // A value at the top of a page must not be without its name.
        if (cells[0] === '') cells[0] = `${name} (continued)`;
      }
      draw(cells, { size: 8.5 });
      this.space(2);
      this.#rule(this.#doc.y);
      this.space(3);
    }
  }

  /** Draws at the place where the text has come to, and goes on below. */
  draw(height: number, paint: (doc: PDFKit.PDFDocument, x: number, y: number) => void): void {
    this.need(height);
    const { y } = this.#doc;
    paint(this.#doc, margins.left, y);
    this.#doc.x = margins.left;
    this.#doc.y = y + height;
  }

  /** Puts the frame around every page, and ends. */
  close(frame: Frame): void {
    const { start, count } = this.#doc.bufferedPageRange();
    for (let page = start; page < start + count; page++) {
      this.#doc.switchToPage(page);
      // Text below the bottom margin would begin another page.
      this.#doc.page.margins.bottom = 0;
      frame(this.#sheet(), page - start + 1, count);
    }
    this.#doc.end();
  }

  #sheet(): Sheet {
    return {
      left: margins.left,
      width: this.width,
      height: this.#doc.page.height,
      text: (text, x, y, { width, lines = 1, align = 'left', ...style }) => {
        this.#style(style);
        const height = this.#doc.currentLineHeight(true) * lines;
        this.#doc.text(this.readable(text), x, y, { width, align, height: height + 1, ellipsis: true });
        return this.#doc.y;
      },
      line: (y) => this.#rule(y),
    };
  }
}
