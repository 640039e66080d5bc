import type { ChainedRow } from '../db/batch.ts';
import type { Writer } from '../db/writer.ts';

const marked = ({ table, row }: ChainedRow): ChainedRow => {
  const detail = typeof row.detail === 'string' ? (JSON.parse(row.detail) as object) : {};
  return { table, row: { ...row, detail: JSON.stringify({ ...detail, via: 'cli' }) } };
};

/** Nobody is signed in on a command line: every audit row made there says so, whichever act made it. */
export const viaCommandLine = (writer: Writer): Writer => ({
  commit: ({ statements, chained }) =>
    writer.commit({ statements, ...(chained ? { chained: chained.map(marked) } : {}) }),
  close: () => writer.close(),
});
