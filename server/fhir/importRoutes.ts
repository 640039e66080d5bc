import { Hono } from 'hono';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { finishedAtOf, listImports, openRun, readImport } from './importRuns.ts';
import { importsUnderWay } from './importsUnderWay.ts';
import { formOf, type SourceFile } from './sourceFiles.ts';
import { receiveUpload } from './uploads.ts';

/** Where files are sent to be imported. */
export const uploadPath = '/api/imports';

/** What the file is called, and whose ids are in it: the site's own where nothing is said. */
const toUpload = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .regex(/^[^/\\\p{Cc}]+$/u),
  source: z.string().trim().min(1).max(100).optional(),
});

/** Imports for those who run a site: sending a file, and what became of it. Counts and reasons, no text from a chart. */
export const importRoutes = (deps: Deps) => {
  const underWay = importsUnderWay(deps);
  return new Hono<Env>()
    .post('/imports', allow('sites:manage'), valid('query', toUpload), async (c) => {
      const who = signedIn(c);
      const { siteId } = who.user;
      const { uploadBytes: mostBytes, dataFolder } = deps.config;
      const { name, source = siteId } = c.req.valid('query');
      const tooLarge = refused('too-large', `A file may have ${mostBytes / 1024 / 1024} MiB.`);
      if (underWay.isFull()) throw refused('unavailable', 'Other imports are under way. Try again later.');
      if (Number(c.req.header('Content-Length') ?? 0) > mostBytes) throw tooLarge;
      const { body } = c.req.raw;
      if (body === null) throw refused('invalid', 'There is no file.');
      const received = await receiveUpload(body as ReadableStream<Uint8Array>, {
        dataFolder,
        id: deps.newId(),
        mostBytes,
      });
      if (!received.ok) {
        throw received.error === 'too-large' ? tooLarge : refused('invalid', 'The file broke off.');
      }
      const { path, bytes, hash, discard } = received.value;
      const file: SourceFile = { path, name, form: formOf(name), bytes, missing: false };
      const request = { siteId, source, actor: actorOf(who) };
      try {
        const answer = await once(
          deps,
          c,
          async (remember) => {
            const run = await openRun(deps, request, [file], (id) => remember(202, { id }));
            return c.json({ id: run.id }, 202);
          },
          `${name} ${source} ${hash}`,
        );
        const { id } = await answer.clone().json();
        const isToDo =
          underWay.progressOf(id) === null && (await finishedAtOf(deps.reader, siteId, id)) === null;
        if (isToDo) underWay.begin(id, request, file, discard);
        else await discard();
        return answer;
      } catch (error) {
        await discard();
        throw error;
      }
    })
    .get('/imports', allow('sites:manage'), valid('query', z.object({ offset })), async (c) => {
      const query = c.req.valid('query');
      const { siteId } = signedIn(c).user;
      const page = { offset: query.offset, limit: pageSize };
      const { items, more } = await listImports(deps.reader, siteId, page);
      const now = items.map((each) => ({ ...each, progress: underWay.progressOf(each.id) }));
      return c.json({ ...listed(now, more, query), mostBytes: deps.config.uploadBytes });
    })
    .get('/imports/:id/progress', allow('sites:manage'), async (c) => {
      const id = c.req.param('id');
      const finishedAt = await finishedAtOf(deps.reader, signedIn(c).user.siteId, id);
      if (finishedAt === undefined) throw refused('not-found');
      return c.json({ progress: underWay.progressOf(id), finishedAt });
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
      return c.json({ ...report, progress: underWay.progressOf(id) });
    });
};
