import type { Bucket, Mark, PastAuthor, Session, Timeline } from '../../shared/history/schema.ts';
import type { Columns } from './columns.ts';

const minuteMs = 60_000;
/** A pause longer than this ends a spell of work. */
const sessionPauseMs = 30 * minuteMs;
/** As many bars as a screen can show side by side. */
const maxBuckets = 160;
const bucketSizesMs = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440].map((size) => size * minuteMs);

const instant = (ms: number): string => new Date(ms).toISOString();

/** A document's whole life in bars: how much each author wrote or deleted, in spells of work. */
export function timelineOf(columns: Columns, authorOf: (user: string) => PastAuthor): Timeline {
  const sessions = sessionsOf(columns);
  const busyMs = sessions.reduce(
    (sum, { from, to }) => sum + Date.parse(to) - Date.parse(from) + minuteMs,
    0,
  );
  const bucketMs = bucketSizesMs.find((size) => busyMs / size <= maxBuckets) ?? bucketSizesMs.at(-1)!;
  return { bucketMs, buckets: bucketsOf(columns, bucketMs), sessions, marks: marksOf(columns, authorOf) };
}

function sessionsOf(columns: Columns): Session[] {
  const sessions: Session[] = [];
  for (let seq = 1; seq <= columns.length; seq++) {
    const at = columns.at(seq);
    const last = sessions.at(-1);
    if (last && at - columns.at(last.lastSeq) <= sessionPauseMs) {
      last.lastSeq = seq;
      last.to = instant(at);
    } else sessions.push({ from: instant(at), to: instant(at), firstSeq: seq, lastSeq: seq });
  }
  return sessions;
}

function bucketsOf(columns: Columns, bucketMs: number): Bucket[] {
  const buckets: (Bucket & { start: number })[] = [];
  for (let seq = 1; seq <= columns.length; seq++) {
    const start = Math.floor(columns.at(seq) / bucketMs) * bucketMs;
    let bucket = buckets.at(-1);
    if (bucket?.start !== start) {
      buckets.push((bucket = { start, at: instant(start), seq, counts: columns.users.map(() => 0) }));
    }
    bucket.seq = seq;
    const user = columns.userIndex(seq);
    bucket.counts[user] = (bucket.counts[user] ?? 0) + Math.max(1, columns.added(seq) + columns.removed(seq));
  }
  return buckets.map(({ at, seq, counts }) => ({ at, seq, counts }));
}

function marksOf(columns: Columns, authorOf: (user: string) => PastAuthor): Mark[] {
  const marks: Mark[] = [];
  for (let seq = 1; seq <= columns.length; seq++) {
    const isSignature = columns.kind(seq) === 'seal' && !columns.isWithdrawn(seq);
    const kind = seq === 1 ? 'created' : isSignature ? 'signed' : null;
    if (kind) marks.push({ kind, seq, at: instant(columns.at(seq)), user: authorOf(columns.user(seq)) });
  }
  return marks;
}
