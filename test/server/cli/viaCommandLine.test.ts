import { expect, test } from 'vitest';
import { auditRow, nobody } from '../../../server/audit/trail.ts';
import { viaCommandLine } from '../../../server/cli/viaCommandLine.ts';
import type { Batch } from '../../../server/db/batch.ts';
import { ok } from '../../../shared/wire/result.ts';

test('every audit row of an act on the command line says so, and keeps what else it says', async () => {
  const batches: Batch[] = [];
  const writer = viaCommandLine({
    commit: (batch) => {
      batches.push(batch);
      return Promise.resolve(ok({ rowsAffected: [] }));
    },
    close: () => Promise.resolve(),
  });
  const event = { action: 'user:created', outcome: 'success', actor: nobody, at: new Date(0) } as const;
  await writer.commit({
    statements: [],
    chained: [auditRow(event), auditRow({ ...event, detail: { role: 'nurse' } })],
  });
  await writer.commit({ statements: [{ sql: 'SELECT 1', params: [] }] });
  expect(batches[0]?.chained?.map(({ row }) => JSON.parse(String(row.detail)) as unknown)).toEqual([
    { via: 'cli' },
    { role: 'nurse', via: 'cli' },
  ]);
  expect(batches[1]).toEqual({ statements: [{ sql: 'SELECT 1', params: [] }] });
});
