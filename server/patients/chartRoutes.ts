import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { can } from '../../shared/access/can.ts';
import { documentKinds } from '../../shared/patients/chartViews.ts';
import { observation, type PatientSummary } from '../../shared/patients/schema.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { ChartLines } from './chartLines.ts';
import { searchChart } from './chartSearch.ts';
import { documentTypes, listDocuments, readDocument } from './documents.ts';
import { readOrigin } from './origin.ts';
import { findPatient } from './queries.ts';
import { readResults } from './results.ts';
import { readChanges, rememberLook } from './seen.ts';
import { readTimeline } from './timeline.ts';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const resultsQuery = z.object({
  category: observation.shape.category.default('laboratory'),
  before: instant.optional(),
});
const documentsQuery = z.object({
  kind: z.enum(documentKinds).optional(),
  q: z.string().max(200).default(''),
  from: instant.optional(),
  to: instant.optional(),
  offset,
});
const searchQuery = z.object({ q: z.string().max(200) });
const look = z.strictObject({ asOf: instant });

/** The parts of a chart, each asked for when it is shown. */
export const chartRoutes = (deps: Deps) => {
  const lines = new ChartLines(deps.reader);
  /** The patient of the address, once the opening of this part of the chart is on the audit trail. */
  const openPart = async (c: Context<Env>, action: AuditAction, entity?: string): Promise<PatientSummary> => {
    const { user } = signedIn(c);
    const patient = await findPatient(deps.reader, c.req.param('id') ?? '', user.siteId);
    if (!patient || !can(user, 'chart:read', patient)) throw refused('not-found');
    const actor = actorOf(signedIn(c));
    const event = {
      action,
      outcome: 'success' as const,
      actor,
      at: deps.now(),
      patientId: patient.id,
      entity,
    };
    await deps.writer.commit({ statements: [], chained: [auditRow(event)] });
    return patient;
  };

  return new Hono<Env>()
    .get('/patients/:id/timeline', allow('chart:read'), async (c) => {
      const { id } = await openPart(c, 'chart:timeline-read');
      return c.json(await readTimeline(lines, id));
    })
    .get('/patients/:id/results', allow('chart:read'), valid('query', resultsQuery), async (c) => {
      const { category, before } = c.req.valid('query');
      const { id } = await openPart(c, 'chart:results-read');
      return c.json(await readResults(deps.reader, id, category, { before }));
    })
    .get('/patients/:id/documents', allow('chart:read'), valid('query', documentsQuery), async (c) => {
      const query = c.req.valid('query');
      const { id } = await openPart(c, 'chart:documents-listed');
      const page = { offset: query.offset, limit: pageSize };
      const { items, more } = await listDocuments(deps.reader, id, query, page);
      return c.json(listed(items, more, query));
    })
    .get('/patients/:id/documents/:type/:documentId', allow('chart:read'), async (c) => {
      const { type: named, documentId } = c.req.param();
      const type = documentTypes.find((each) => each === named);
      if (type === undefined) throw refused('not-found');
      const { id } = await openPart(c, 'document:read', `${type}/${documentId}`);
      const document = await readDocument(deps.reader, id, type, documentId);
      if (!document) throw refused('not-found');
      return c.json(document);
    })
    .get('/patients/:id/origin/:type/:resourceId', allow('chart:read'), async (c) => {
      const { type, resourceId } = c.req.param();
      const { id } = await openPart(c, 'chart:origin-read', `${type}/${resourceId}`);
      const origin = await readOrigin(deps.reader, id, type, resourceId);
      if (!origin) throw refused('not-found');
      return c.json(origin);
    })
    .get('/patients/:id/search', allow('chart:read'), valid('query', searchQuery), async (c) => {
      // Not the words: they may be a diagnosis.
      const { id } = await openPart(c, 'chart:searched');
      return c.json(await searchChart(lines, id, c.req.valid('query').q));
    })
    .get('/patients/:id/changes', allow('chart:read'), async (c) => {
      const { id } = await openPart(c, 'chart:changes-read');
      return c.json(await readChanges(deps.reader, id, signedIn(c).user.id, deps.now()));
    })
    .post('/patients/:id/looked', allow('chart:read'), valid('json', look), (c) =>
      once(deps, c, async (remember) => {
        const { user } = signedIn(c);
        const patient = await findPatient(deps.reader, c.req.param('id'), user.siteId);
        if (!patient || !can(user, 'chart:read', patient)) throw refused('not-found');
        const { asOf } = c.req.valid('json');
        const at = deps.now();
        if (asOf > at.toISOString()) throw refused('invalid', 'Nobody has seen what is not yet recorded.');
        const body = { seenUntil: asOf };
        const actor = actorOf(signedIn(c));
        const event = {
          action: 'chart:marked-seen',
          outcome: 'success',
          actor,
          at,
          patientId: patient.id,
        } as const;
        await deps.writer.commit({
          statements: [rememberLook(deps.reader, patient.id, user.id, asOf), ...remember(200, body)],
          chained: [auditRow(event)],
        });
        return c.json(body);
      }),
    );
};
