import type { PastLine, PastRun } from '../../shared/history/schema.ts';
import type { CopiedLine } from './copy.ts';

/** Old text that is selected, by the place where it stands. */
export interface SelectedText {
  place: string;
  lines: CopiedLine[];
}

/**
 * Where text stands on the screen: `data-place` on a body, `data-line` with its index on each line, `data-run` on each
 * run of it. What a comparison shows as removed is no text of that moment, and what the screen says beside a line is no
 * text of anybody.
 */
export function selectedText(
  root: HTMLElement,
  selection: Selection | null,
  linesOf: (place: string) => readonly PastLine[],
): SelectedText[] {
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return [];
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return [];
  return [...root.querySelectorAll<HTMLElement>('[data-place]')].flatMap((body) => {
    const place = body.dataset['place'] ?? '';
    const held = linesOf(place);
    const lines = [...body.querySelectorAll<HTMLElement>('[data-line]')].flatMap((element): CopiedLine[] => {
      const line = held[Number(element.dataset['line'])];
      if (line === undefined || !range.intersectsNode(element)) return [];
      const parts = [...element.querySelectorAll<HTMLElement>('[data-run]')].map((run) => ({
        run: line.runs[Number(run.dataset['run'])],
        text: textWithin(range, run),
      }));
      return copiedLine(line, parts);
    });
    return lines.length > 0 ? [{ place, lines }] : [];
  });
}

/** A value that stands among the lines is taken whole, of a line what is selected, with its marks. */
export function copiedLine(
  line: PastLine,
  parts: readonly { run: PastRun | undefined; text: string }[],
): CopiedLine[] {
  const runs = parts.flatMap(({ run, text }) =>
    run === undefined || run.change === 'removed' || text === ''
      ? []
      : [{ text, ...(run.marks ? { marks: run.marks } : {}) }],
  );
  if (runs.length === 0) return [];
  return [line.kind === 'reference' ? line : { ...line, runs }];
}

function textWithin(range: Range, element: HTMLElement): string {
  if (!range.intersectsNode(element)) return '';
  const part = element.ownerDocument.createRange();
  part.selectNodeContents(element);
  if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) {
    part.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) {
    part.setEnd(range.endContainer, range.endOffset);
  }
  return part.toString();
}
