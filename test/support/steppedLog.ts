import { DamagedLog, type DocumentLog, type LogGroup, type Snapshot } from '../../server/log/documentLog.ts';
import { firstBreak, noEntryHash } from '../../server/log/hash.ts';

/** A log of one document in memory, whose commits happen when the test says so, and fail as the test says. */
export interface SteppedLog extends DocumentLog {
  /** What is durable. */
  readonly groups: LogGroup[];
  /** Whether a document waits for the next commit before it takes what has arrived, as one with many readers does. */
  isPaced: boolean;
  /** Groups that wait for their commit. */
  readonly waiting: number;
  /** Commits what waits, in order. */
  commit(): void;
  /** The process dies: what waits is lost, or was just made durable and nobody was told. */
  crash(what: 'lost' | 'durable'): void;
  /** The commit errors: whether it is durable is the test's secret. */
  fail(what: 'lost' | 'durable'): void;
}

interface Waiting {
  group: LogGroup;
  resolve: () => void;
  reject: (error: Error) => void;
}

export function steppedLog(): SteppedLog {
  const groups: LogGroup[] = [];
  let waiting: Waiting[] = [];
  let callers: (() => void)[] = [];
  let snapshot: Snapshot | null = null;
  const entries = () => groups.flatMap((group) => group.entries);

  const take = (): Waiting[] => {
    for (const then of callers.splice(0)) then();
    const taken = waiting;
    waiting = [];
    return taken;
  };
  /** A primary key in a database: no two entries have one number. */
  const store = (group: LogGroup): void => {
    const last = groups.findLast((each) => each.entries.length > 0)?.entries.at(-1)?.seq ?? 0;
    group.entries.forEach(({ seq }, index) => {
      if (seq !== last + 1 + index) throw new Error(`Entry ${seq} does not follow ${last}.`);
    });
    groups.push(group);
  };

  return {
    groups,
    isPaced: false,
    get waiting() {
      return waiting.length;
    },
    append(group) {
      // Each by itself, so that the test says which of them are durable.
      group.onTaken?.();
      return new Promise((resolve, reject) => void waiting.push({ group, resolve, reject }));
    },
    beforeCommit(_readers, then) {
      if (this.isPaced) callers.push(then);
      else then();
    },
    commit() {
      for (const { group, resolve } of take()) {
        store(group);
        resolve();
      }
    },
    crash(what) {
      callers = [];
      const lost = take();
      if (what === 'durable') for (const { group } of lost) store(group);
    },
    fail(what) {
      for (const { group, reject } of take()) {
        if (what === 'durable') store(group);
        reject(new Error('The disk is full.'));
      }
    },
    async load(document) {
      const after = snapshot ? { seq: snapshot.seq, hash: snapshot.logHash } : { seq: 0, hash: noEntryHash };
      const tail = entries().filter(({ seq }) => seq > after.seq);
      const broken = firstBreak(tail, after);
      if (broken !== null) throw new DamagedLog(document, broken);
      return { epoch: 1, snapshot, entries: tail, leases: groups.flatMap(({ leases = [] }) => leases) };
    },
    read: async (_document, _epoch, fromSeq, limit) =>
      entries()
        .filter(({ seq }) => seq >= fromSeq)
        .slice(0, limit),
    saveSnapshot: async (_document, _epoch, given) => {
      snapshot = given;
    },
  };
}
