import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { Metrics } from './metrics.ts';
import { allow, refused, type Env } from './route.ts';
import { idempotentAnswers } from './tables.ts';

/** For whoever runs the service: is it up, can it work, how is it doing. */
export const healthRoutes = (deps: Pick<Deps, 'reader' | 'writer' | 'logger' | 'now'>, metrics: Metrics) => {
  const check = onceIn(lookAgainMs, () => checkDatabase(deps));
  return new Hono<Env>()
    .get('/healthz', allow('everyone'), (c) => c.json({ status: 'up' }))
    .get('/readyz', allow('everyone'), async (c) => {
      try {
        await check();
      } catch (error) {
        deps.logger.error({ err: error }, 'not ready');
        throw refused('unavailable');
      }
      return c.json({ status: 'ready' });
    })
    .get('/metrics', allow('everyone'), (c) =>
      c.text(metrics.render(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
    );
};

/** Anybody may ask, and each look costs a durable write. */
const lookAgainMs = 1_000;

function onceIn(ms: number, look: () => Promise<void>): () => Promise<void> {
  let last: { at: number; outcome: Promise<void> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at >= ms) last = { at: now, outcome: look() };
    return last.outcome;
  };
}

/**
 * Both connections: a read of the log and the records, and a row written. A disk that is full, or fails to
 * make durable what it took, is found by writing only.
 */
async function checkDatabase({
  reader,
  writer,
  now,
}: Pick<Deps, 'reader' | 'writer' | 'now'>): Promise<void> {
  await reader.run(sql`SELECT seq FROM document_log LIMIT 1`);
  await reader.run(sql`SELECT id FROM users LIMIT 1`);
  // SQLite leaves a page alone when what is written is what stands there.
  const at = now().toISOString();
  const row = { userId: '', key: 'readiness', request: '', status: 0, body: '', at };
  const { userId, key } = idempotentAnswers;
  const write = reader
    .insert(idempotentAnswers)
    .values(row)
    .onConflictDoUpdate({ target: [userId, key], set: { at } });
  await writer.commit({ statements: [statement(write)] });
}
