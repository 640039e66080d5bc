import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import type { Deps } from '../deps.ts';
import type { Metrics } from './metrics.ts';
import { allow, refused, type Env } from './route.ts';

/** For whoever runs the service: is it up, can it work, how is it doing. */
export const healthRoutes = (deps: Pick<Deps, 'reader' | 'writer' | 'logger'>, metrics: Metrics) =>
  new Hono<Env>()
    .get('/healthz', allow('everyone'), (c) => c.json({ status: 'up' }))
    .get('/readyz', allow('everyone'), async (c) => {
      try {
        await checkDatabase(deps);
      } catch (error) {
        deps.logger.error({ err: error }, 'not ready');
        throw refused('unavailable');
      }
      return c.json({ status: 'ready' });
    })
    .get('/metrics', allow('everyone'), (c) =>
      c.text(metrics.render(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
    );

/** Both connections: a read of the log and the records, and the writer's thread taking its turn. */
async function checkDatabase({ reader, writer }: Pick<Deps, 'reader' | 'writer'>): Promise<void> {
  await reader.run(sql`SELECT seq FROM document_log LIMIT 1`);
  await reader.run(sql`SELECT id FROM users LIMIT 1`);
  await writer.commit({ statements: [{ sql: 'SELECT 1', params: [] }] });
}
