import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { can } from '../../shared/access/can.ts';
import {
  demographics,
  demographicsEdit,
  merge,
  registration,
  unmerge,
} from '../../shared/patients/demographics.ts';
import { writeDemographics } from '../../shared/patients/demographicsFhir.ts';
import { auditRow } from '../audit/trail.ts';
import { isConfirmed } from '../auth/lifetimes.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { actorOf, allow, Refused, refused, signedIn, valid, type Env, type SignedIn } from '../http/route.ts';
import { demographicsHistory, editDemographics, readDemographicsOf } from './demographics.ts';
import { findMatches } from './matches.ts';
import { mergePatients, previewMerge, survivorOf } from './merge.ts';
import { readPatient } from './record.ts';
import { registerPatient } from './register.ts';
import { unmergePatients } from './unmerge.ts';

const like = z.strictObject({ demographics, patientId: z.string().max(100).optional() });
const into = z.object({ intoId: z.string().min(1).max(100) });

/** Whoever makes two records one, or one two, has said just now who they are. */
function confirmed(deps: Deps, c: Context<Env>): SignedIn {
  const who = signedIn(c);
  if (!isConfirmed(who.confirmedAt, deps.now())) throw refused('reauthenticate');
  return who;
}

/** The address of a record that was merged leads to the one that it is now part of. */
const followMerge =
  ({ reader }: Deps): MiddlewareHandler<Env> =>
  async (c, next) => {
    const who = c.get('signedIn');
    const id = c.req.param('id');
    if (c.req.method === 'GET' && who && id !== undefined && can(who.user, 'patient:search')) {
      const patient = await readPatient(reader, id, who.user.siteId);
      const survivorId = patient && survivorOf(patient.resource);
      // Not for good: a merge can be taken back.
      if (survivorId) return c.redirect(`/api/patients/${survivorId}`, 307);
    }
    return next();
  };

/** Who somebody is: put on record, corrected, found twice and made one. */
export const registrationRoutes = (deps: Deps) => {
  const { reader } = deps;
  return new Hono<Env>()
    .post('/patients', allow('patient:register'), valid('json', registration), (c) =>
      once(deps, c, async (remember) => {
        const registered = await registerPatient(deps, signedIn(c), c.req.valid('json'), remember);
        if (!registered.ok) throw new Refused(registered.error);
        return c.json(registered.value, 201);
      }),
    )
    .post('/patients/matches', allow('patient:register'), valid('json', like), async (c) => {
      const who = signedIn(c);
      const { demographics, patientId = '' } = c.req.valid('json');
      const stated = writeDemographics({ resourceType: 'Patient', id: patientId }, demographics);
      const items = await findMatches(reader, who.user.siteId, stated);
      await deps.writer.commit({
        statements: [],
        chained: [
          auditRow({
            action: 'patients:compared',
            outcome: 'success',
            actor: actorOf(who),
            at: deps.now(),
            detail: { found: items.length },
          }),
        ],
      });
      return c.json({ items });
    })
    .use('/patients/:id', followMerge(deps))
    .put('/patients/:id', allow('patient:register'), valid('json', demographicsEdit), (c) =>
      once(deps, c, async (remember) => {
        const id = c.req.param('id');
        const edited = await editDemographics(deps, signedIn(c), id, c.req.valid('json'), remember);
        if (!edited.ok) throw new Refused(edited.error);
        return c.json(edited.value, 200);
      }),
    )
    .get('/patients/:id/demographics', allow('patient:search'), async (c) => {
      const who = signedIn(c);
      const found = await readDemographicsOf(reader, c.req.param('id'), who.user.siteId);
      if (!found) throw refused('not-found');
      const event = { action: 'demographics:opened', outcome: 'success', patientId: found.id } as const;
      const chained = [auditRow({ ...event, actor: actorOf(who), at: deps.now() })];
      await deps.writer.commit({ statements: [], chained });
      return c.json(found);
    })
    .get('/patients/:id/demographics/history', allow('patient:search'), async (c) => {
      const who = signedIn(c);
      const id = c.req.param('id');
      const items = await demographicsHistory(reader, id, who.user.siteId);
      if (!items) throw refused('not-found');
      const event = { action: 'demographics:opened', outcome: 'success', patientId: id } as const;
      const detail = { versions: items.length };
      const chained = [auditRow({ ...event, actor: actorOf(who), at: deps.now(), detail })];
      await deps.writer.commit({ statements: [], chained });
      return c.json({ items });
    })
    .get('/patients/:id/merge', allow('patient:merge'), valid('query', into), async (c) => {
      const who = signedIn(c);
      const ids = { loserId: c.req.param('id'), survivorId: c.req.valid('query').intoId };
      const preview = await previewMerge(reader, who.user.siteId, ids);
      if (!preview.ok) throw new Refused(preview.error);
      await deps.writer.commit({
        statements: [],
        chained: Object.values(ids).map((patientId) =>
          auditRow({
            action: 'demographics:opened',
            outcome: 'success',
            actor: actorOf(who),
            at: deps.now(),
            patientId,
            detail: { merge: true },
          }),
        ),
      });
      return c.json(preview.value);
    })
    .post('/patients/:id/merge', allow('patient:merge'), valid('json', merge), (c) =>
      once(deps, c, async (remember) => {
        const who = confirmed(deps, c);
        const { intoId, ...rest } = c.req.valid('json');
        const request = { loserId: c.req.param('id'), survivorId: intoId, ...rest };
        const merged = await mergePatients(deps, who, request, remember);
        if (!merged.ok) throw new Refused(merged.error);
        return c.json(merged.value, 200);
      }),
    )
    .post('/patients/:id/unmerge', allow('patient:merge'), valid('json', unmerge), (c) =>
      once(deps, c, async (remember) => {
        const who = confirmed(deps, c);
        const request = { loserId: c.req.param('id'), ...c.req.valid('json') };
        const unmerged = await unmergePatients(deps, who, request, remember);
        if (!unmerged.ok) throw new Refused(unmerged.error);
        return c.json(unmerged.value, 200);
      }),
    );
};
