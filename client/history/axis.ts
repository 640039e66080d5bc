import type { Timeline } from '../../shared/history/schema.ts';

/** A spell of work on the axis; what lies between two is cut out. */
export interface Segment {
  fromMs: number;
  toMs: number;
  x: number;
  width: number;
}

export interface Bar {
  x: number;
  width: number;
  /** From the axis upwards, an author each, by index. */
  parts: { author: number; y: number; height: number }[];
}

export interface Tick {
  x: number;
  ms: number;
  /** The first of its day. */
  withDate: boolean;
}

export interface Axis {
  segments: Segment[];
  bars: Bar[];
  ticks: Tick[];
  xOf(ms: number): number;
  msAt(x: number): number;
}

const minuteMs = 60_000;
const gapPx = 20;
const minSegmentPx = 28;
const maxBarPx = 16;
const tickPx = 92;
const ticksMs = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * minuteMs);

/** Lays a document's life out on `width` pixels: nights in which nobody wrote take no room. */
export function axisOf(
  { sessions, buckets, bucketMs }: Timeline,
  width: number,
  barHeight: number,
  dayOf: (ms: number) => string,
): Axis {
  const segments = segmentsOf(sessions, bucketMs, width);
  const xOf = (ms: number): number => {
    const segment = segments.findLast(({ fromMs }) => fromMs <= ms) ?? segments[0];
    if (!segment) return 0;
    const share = (ms - segment.fromMs) / (segment.toMs - segment.fromMs);
    return segment.x + Math.min(1, Math.max(0, share)) * segment.width;
  };
  const msAt = (x: number): number => {
    const segment = segments.findLast((each) => each.x <= x) ?? segments[0];
    if (!segment) return 0;
    const share = Math.min(1, Math.max(0, (x - segment.x) / segment.width));
    return segment.fromMs + share * (segment.toMs - segment.fromMs);
  };
  return {
    segments,
    bars: barsOf(buckets, bucketMs, barHeight, xOf),
    ticks: ticksOf(segments, dayOf),
    xOf,
    msAt,
  };
}

function segmentsOf(sessions: Timeline['sessions'], bucketMs: number, width: number): Segment[] {
  const spans = sessions.map(({ from, to }) => {
    const fromMs = Math.floor(Date.parse(from) / bucketMs) * bucketMs;
    const toMs = (Math.floor(Date.parse(to) / bucketMs) + 1) * bucketMs;
    return { fromMs, toMs };
  });
  const gap = Math.min(gapPx, width / (4 * Math.max(1, spans.length)));
  const room = Math.max(1, width - gap * (spans.length - 1));
  const least = Math.min(minSegmentPx, room / Math.max(1, spans.length));
  const busyMs = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const spare = room - least * spans.length;
  let x = 0;
  return spans.map(({ fromMs, toMs }) => {
    const segment = { fromMs, toMs, x, width: least + (spare * (toMs - fromMs)) / busyMs };
    x += segment.width + gap;
    return segment;
  });
}

function barsOf(
  buckets: Timeline['buckets'],
  bucketMs: number,
  height: number,
  xOf: (ms: number) => number,
): Bar[] {
  const sums = buckets.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
  // A pasted page would make all typing invisible: the tallest twentieth is cut.
  const scale = sums.toSorted((a, b) => a - b)[Math.floor((sums.length - 1) * 0.95)] ?? 1;
  return buckets.map(({ at, counts }, index) => {
    const ms = Date.parse(at);
    const x = xOf(ms);
    const share = Math.min(1, sums[index]! / scale);
    let y = 0;
    const parts = counts.flatMap((count, author) => {
      if (count === 0) return [];
      const part = { author, y, height: Math.max(1.5, share * height * (count / sums[index]!)) };
      y += part.height;
      return part;
    });
    return { x, width: Math.min(maxBarPx, Math.max(2, xOf(ms + bucketMs - 1) - x - 1)), parts };
  });
}

function ticksOf(segments: readonly Segment[], dayOf: (ms: number) => string): Tick[] {
  const ticks: Tick[] = [];
  for (const { fromMs, toMs, x, width } of segments) {
    const step = ticksMs.find((each) => (each / (toMs - fromMs)) * width >= tickPx) ?? ticksMs.at(-1)!;
    const inner: number[] = [];
    for (let ms = Math.ceil(fromMs / step) * step; ms <= toMs; ms += step) inner.push(ms);
    for (const ms of [fromMs, ...inner]) {
      const at = x + ((ms - fromMs) / (toMs - fromMs)) * width;
      const last = ticks.at(-1);
      if (last && at - last.x < tickPx / 2) continue;
      ticks.push({ x: at, ms, withDate: last === undefined || dayOf(last.ms) !== dayOf(ms) });
    }
  }
  return ticks;
}
