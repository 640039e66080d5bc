import { Hono } from 'hono';
import { z } from 'zod';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { auditFilters, auditQuery, type AuditFilters } from '../../shared/audit/schema.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, valid, type Env, type SignedIn } from '../http/route.ts';
import { searchPatients } from '../patients/search.ts';
import { ChainCheck } from './chainCheck.ts';
import { exportForms } from './exported.ts';
import { auditEntries, countEntries, isCursor, patientOfSite, viewersOf } from './queries.ts';
import { findPeople, personOf } from './people.ts';
import { auditRow } from './trail.ts';

const pageSize = 100;
const exportedAtOnce = 1_000;
const patientsShown = 20;
const peopleShown = 20;

const exportQuery = auditFilters.extend({ format: z.enum(['csv', 'ndjson']).default('csv') });
const typedQuery = z.object({ q: z.string().trim().min(2).max(100) });

/** The audit trail for the auditor of a site: who did what, who saw a patient, and whether the trail is sound. */
export function auditRoutes(deps: Deps) {
  const { reader, writer, now } = deps;
  const chain = new ChainCheck(deps);

  /** Who looks into the trail leaves one: which filters were used, and about whom; never the words that were typed. */
  const note = async (
    who: SignedIn,
    action: AuditAction,
    filters: AuditFilters,
    more: Record<string, string | number> = {},
  ) => {
    const { patientId, encounterId, userId, ...rest } = filters;
    const used = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    await writer.commit({
      statements: [],
      chained: [
        auditRow({
          action,
          outcome: 'success',
          actor: actorOf(who),
          at: now(),
          patientId: patientId ?? null,
          encounterId: encounterId ?? null,
          entity: userId === undefined ? null : `User/${userId}`,
          detail: { filters: used.join(' '), ...more },
        }),
      ],
    });
  };

  return new Hono<Env>()
    .get('/audit', allow('audit:read'), valid('query', auditQuery), async (c) => {
      const who = signedIn(c);
      const query = c.req.valid('query');
      const { sort, order, cursor, ...filters } = query;
      if (cursor !== undefined && !isCursor(cursor))
        throw refused('invalid', 'This cursor is not one of ours.');
      const page = await auditEntries(reader, who.user.siteId, query, pageSize);
      const counted = await countEntries(reader, who.user.siteId, filters);
      const { userId } = filters;
      const person = userId === undefined ? null : await personOf(reader, who.user.siteId, userId);
      if (cursor === undefined) await note(who, 'audit:searched', filters);
      const next = new URLSearchParams({ ...filters, sort, order, cursor: page.cursor ?? '' });
      return c.json({
        items: page.items,
        counted,
        person,
        ...(page.cursor === null ? {} : { next: next.toString() }),
      });
    })
    .get('/audit/patients', allow('audit:read'), valid('query', typedQuery), async (c) => {
      const who = signedIn(c);
      const page = { offset: 0, limit: patientsShown };
      const found = await searchPatients(reader, who.user.siteId, c.req.valid('query').q, page);
      await note(who, 'audit:patients-searched', {}, { found: found.items.length });
      return c.json({
        items: found.items.map(({ id, family, given, mrn, birthDate }) => ({
          id,
          name: `${family}, ${given}`,
          mrn: mrn ?? null,
          birthDate: birthDate ?? null,
        })),
      });
    })
    .get('/audit/people', allow('audit:read'), valid('query', typedQuery), async (c) => {
      const who = signedIn(c);
      const items = await findPeople(reader, who.user.siteId, c.req.valid('query').q, peopleShown);
      await note(who, 'audit:people-searched', {}, { found: items.length });
      return c.json({ items });
    })
    .get('/audit/patients/:patientId', allow('audit:read'), async (c) => {
      const who = signedIn(c);
      const patientId = c.req.param('patientId');
      const patient = await patientOfSite(reader, who.user.siteId, patientId);
      if (!patient) throw refused('not-found');
      const people = await viewersOf(reader, patientId);
      await note(who, 'audit:viewers-opened', { patientId });
      return c.json({ patient, people });
    })
    .get('/audit/chain', allow('audit:read'), async (c) => c.json(await chain.state()))
    .post('/audit/chain/check', allow('audit:read'), async (c) => {
      chain.start(actorOf(signedIn(c)));
      return c.json(await chain.state(), 202);
    })
    .get('/audit/export', allow('audit:read'), valid('query', exportQuery), async (c) => {
      const who = signedIn(c);
      const { format, ...filters } = c.req.valid('query');
      const form = exportForms[format];
      // Before the first byte: nothing leaves that is not in the trail.
      await note(who, 'audit:exported', filters, { format });
      const { siteId } = who.user;
      let cursor: string | undefined;
      let begun = false;
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const query = { ...filters, sort: 'at', order: 'asc', cursor } as const;
          const page = await auditEntries(reader, siteId, query, exportedAtOnce);
          const text = (begun ? '' : form.head) + page.items.map((entry) => form.line(entry)).join('');
          begun = true;
          if (text !== '') controller.enqueue(encoder.encode(text));
          if (page.cursor === null) controller.close();
          else cursor = page.cursor;
        },
      });
      return c.body(body, 200, {
        'Content-Type': form.type,
        'Content-Disposition': `attachment; filename="audit-${now().toISOString().slice(0, 10)}.${format}"`,
      });
    });
}
