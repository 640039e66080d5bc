import { Hono } from 'hono';
import { z } from 'zod';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { listImports, readImport } from './importRuns.ts';

/** What became of imports, for those who run a site: files, counts and reasons, no text from a chart. */
export const importRoutes = (deps: Deps) =>
  new Hono<Env>()
    .get('/imports', allow('sites:manage'), valid('query', z.object({ offset })), async (c) => {
      const query = c.req.valid('query');
      const { siteId } = signedIn(c).user;
      const page = { offset: query.offset, limit: pageSize };
      const { items, more } = await listImports(deps.reader, siteId, page);
      return c.json(listed(items, more, query));
    })
    .get('/imports/:id', allow('sites:manage'), async (c) => {
      const who = signedIn(c);
      const id = c.req.param('id');
      const report = await readImport(deps.reader, who.user.siteId, id);
      if (!report) throw refused('not-found');
      // Names of files can name a patient: who has read them is accounted for.
      await deps.writer.commit({
        statements: [],
        chained: [
          auditRow({
            action: 'import:read',
            outcome: 'success',
            actor: actorOf(who),
            at: deps.now(),
            entity: `import/${id}`,
          }),
        ],
      });
      return c.json(report);
    });
