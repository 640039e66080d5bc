import type { PastLine } from '../../shared/history/schema.ts';
import type { CopiedLine } from './copy.ts';

/** Old text that is selected, by the place where it stands. */
export interface SelectedText {
  place: string;
  lines: CopiedLine[];
}

/** Where lines stand on the screen: `data-place` on a body, `data-line` with its index on each line. */
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
      const text = textWithin(range, element);
      if (line.kind === 'reference') return text === '' ? [] : [line];
      return text === '' ? [] : [{ ...line, runs: [{ text }] }];
    });
    return lines.length > 0 ? [{ place, lines }] : [];
  });
}

function textWithin(range: Range, element: HTMLElement): string {
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
