import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { can } from '../../shared/access/can.ts';
import { keepDraft, keptStatuses, settleDraft } from '../../shared/quarantine/schema.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, Refused, signedIn, valid, type Env } from '../http/route.ts';
import { keepOwn, settleKept, type Kept } from './acts.ts';
import { listQuarantine, listRescues, withTexts, type KeptFilter } from './queries.ts';

const list = z.object({
  encounterId: z.string().max(100).optional(),
  status: z.enum(keptStatuses).default('open'),
  offset,
});

/** Text that was refused, and text that lost its place: for its author, for a supervisor, and as facts for an auditor. */
export const quarantineRoutes = (deps: Deps) => {
  const { reader } = deps;
  const page = (query: z.infer<typeof list>) => ({ offset: query.offset, limit: pageSize });

  const filterFor = (c: Context<Env>, { encounterId, status }: z.infer<typeof list>): KeptFilter => {
    const { user } = signedIn(c);
    const { siteId } = user;
    const seesAll = can(user, 'quarantine:read', user) || can(user, 'kept-text:supervise', user);
    return { siteId, userId: seesAll ? undefined : user.id, encounterId, status };
  };

  /** Reading words of a chart is an opening of that chart: one row for each. */
  const record = async (
    c: Context<Env>,
    action: AuditAction,
    items: { encounterId: string }[],
    patients: Map<string, string>,
  ): Promise<void> => {
    const actor = actorOf(signedIn(c));
    const at = deps.now();
    const found = new Map<string, number>();
    for (const { encounterId } of items) found.set(encounterId, (found.get(encounterId) ?? 0) + 1);
    const chained = [...found].map(([encounterId, count]) =>
      auditRow({
        action,
        outcome: 'success',
        actor,
        at,
        encounterId,
        patientId: patients.get(encounterId) ?? null,
        detail: { found: count },
      }),
    );
    await deps.writer.commit({ statements: [], chained });
  };

  const settle = (c: Context<Env, '/:id/'>, what: Kept, how: z.infer<typeof settleDraft>['how']) =>
    once(deps, c, async () => {
      const settled = await settleKept(deps, signedIn(c), what, c.req.param('id'), how);
      if (!settled.ok) throw new Refused(settled.error);
      return c.json(settled.value);
    });

  return new Hono<Env>()
    .get('/quarantine', allow('quarantine:read', 'chart:read'), valid('query', list), async (c) => {
      const query = c.req.valid('query');
      const { items, patients, more } = await listQuarantine(reader, filterFor(c, query), page(query));
      const { user } = signedIn(c);
      const readsText = can(user, 'chart:read', user);
      await record(c, readsText ? 'quarantine:read' : 'quarantine:listed', items, patients);
      return c.json(listed(readsText ? await withTexts(reader, items) : items, more, query));
    })
    .get('/rescues', allow('chart:read'), valid('query', list), async (c) => {
      const query = c.req.valid('query');
      const { items, patients, more } = await listRescues(reader, filterFor(c, query), page(query));
      await record(c, 'rescues:read', items, patients);
      return c.json(listed(items, more, query));
    })
    .post('/rescues', allow('chart:read'), valid('json', keepDraft), (c) =>
      once(deps, c, async (remember) => {
        const kept = await keepOwn(deps, signedIn(c), c.req.valid('json'), remember);
        if (!kept.ok) throw new Refused(kept.error);
        return c.json(kept.value, 201);
      }),
    )
    .post('/quarantine/:id/settle', allow('chart:read'), valid('json', settleDraft), (c) =>
      settle(c, 'quarantine', c.req.valid('json').how),
    )
    .post('/rescues/:id/settle', allow('chart:read'), valid('json', settleDraft), (c) =>
      settle(c, 'rescue', c.req.valid('json').how),
    );
};
