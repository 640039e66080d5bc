import type { ObservationValue, Series } from '../../shared/patients/schema.ts';
import { unitWord } from '../../shared/units/unitWords.ts';
import type { Paper } from './paper.ts';

/** A line of a trend: values over time. */
interface Trace {
  points: { at: number; value: number }[];
}

export interface Trend {
  title: string;
  unit: string;
  traces: Trace[];
}

const timeOf = ({ at }: ObservationValue): number | null => {
  const time = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(time) ? null : time;
};

/** What has changed over time and can be drawn: two readings at least. Blood pressure has a line for each of its parts. */
export function trendsOf(series: readonly Series[]): Trend[] {
  return series.flatMap(({ name, unit, points }) => {
    const own = traceOf(points, ({ value }) => value);
    const parts = [...new Set(points.flatMap(({ components }) => components.map(({ code }) => code)))];
    const ofParts = parts.map((code) =>
      traceOf(points, ({ components }) => components.find((each) => each.code === code)?.value ?? null),
    );
    // The higher one first, as pressure is written: 138/69.
    const traces = [own, ...ofParts]
      .filter((trace) => trace.points.length > 1)
      .sort((a, b) => b.points.at(-1)!.value - a.points.at(-1)!.value);
    const partUnit = points.at(-1)?.components[0]?.unit;
    return traces.length === 0 ? [] : [{ title: name, unit: unitWord(unit ?? partUnit ?? ''), traces }];
  });
}

const traceOf = (
  points: readonly ObservationValue[],
  valueOf: (point: ObservationValue) => number | null,
): Trace => ({
  points: points.flatMap((point) => {
    const [at, value] = [timeOf(point), valueOf(point)];
    return at === null || value === null ? [] : [{ at, value }];
  }),
});

const inARow = 3;
const height = 92;
const plot = { top: 26, bottom: 18, side: 4 };

/** Small charts, three in a row, each with its own scale, its extremes and its dates written out. */
export function drawTrends(paper: Paper, trends: readonly Trend[], date: (at: number) => string): void {
  const gap = 14;
  const width = (paper.width - gap * (inARow - 1)) / inARow;
  for (let from = 0; from < trends.length; from += inARow) {
    paper.draw(height + 8, (doc, left, top) => {
      for (const [column, trend] of trends.slice(from, from + inARow).entries()) {
        drawTrend(doc, paper, trend, { x: left + column * (width + gap), y: top, width }, date);
      }
    });
  }
}

function drawTrend(
  doc: PDFKit.PDFDocument,
  paper: Paper,
  { title, unit, traces }: Trend,
  { x, y, width }: { x: number; y: number; width: number },
  date: (at: number) => string,
): void {
  const all = traces.flatMap(({ points }) => points);
  const [first, last] = [Math.min(...all.map(({ at }) => at)), Math.max(...all.map(({ at }) => at))];
  const [low, high] = [
    Math.min(...all.map(({ value }) => value)),
    Math.max(...all.map(({ value }) => value)),
  ];
  const latest = traces.map(({ points }) => String(points.at(-1)!.value)).join('/');
  const one = { width, lineBreak: false, ellipsis: true, height: 11 };
  doc.font('semibold').fontSize(8.5).fillColor('#11181f').text(paper.readable(title), x, y, one);
  doc
    .font('regular')
    .fontSize(7.5)
    .fillColor('#4a5763')
    .text(paper.readable(`latest ${latest} ${unit}, between ${low} and ${high}`), x, y + 11, one);
  const [top, bottom] = [y + plot.top, y + height - plot.bottom];
  const left = x + plot.side;
  const right = x + width - plot.side;
  const atX = (at: number): number =>
    last === first ? left : left + ((right - left) * (at - first)) / (last - first);
  const atY = (value: number): number =>
    high === low ? (top + bottom) / 2 : bottom - ((bottom - top) * (value - low)) / (high - low);
  doc.lineWidth(0.4).strokeColor('#c3ccd5');
  doc
    .moveTo(x, bottom + 3)
    .lineTo(x + width, bottom + 3)
    .stroke();
  for (const { points } of traces) {
    const sorted = points.toSorted((a, b) => a.at - b.at);
    doc.lineWidth(0.9).strokeColor('#11181f');
    for (const [index, { at, value }] of sorted.entries()) {
      if (index === 0) doc.moveTo(atX(at), atY(value));
      else doc.lineTo(atX(at), atY(value));
    }
    doc.stroke();
    // A dot for each reading: between them nobody has measured.
    for (const { at, value } of sorted) doc.circle(atX(at), atY(value), 1.3).fill('#11181f');
  }
  doc
    .fontSize(7)
    .fillColor('#4a5763')
    .text(date(first), x, bottom + 5, { ...one, width: width / 2 });
  doc.text(date(last), x + width / 2, bottom + 5, { ...one, width: width / 2, align: 'right' });
}
