import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { can } from '../../shared/access/can.ts';
import type { ChartSummary, EncounterLine, PatientSummary } from '../../shared/patients/schema.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { readChart } from './chart.ts';
import { encountersOf, findPatient } from './queries.ts';
import { searchPatients } from './search.ts';

const search = z.object({ q: z.string().max(200).default(''), offset });

/** What those get who may not read the chart: who it is, and when they came. */
export interface Demographics {
  patient: PatientSummary;
  encounters: EncounterLine[];
}

export const patientRoutes = (deps: Deps) => {
  const record = async (
    c: Context<Env>,
    event: { action: AuditAction; patientId?: string; detail?: Record<string, number> },
  ) => {
    const actor = actorOf(signedIn(c));
    const chained = [auditRow({ outcome: 'success', actor, at: deps.now(), ...event })];
    await deps.writer.commit({ statements: [], chained });
  };

  return new Hono<Env>()
    .get('/patients', allow('patient:search'), valid('query', search), async (c) => {
      const query = c.req.valid('query');
      const { siteId } = signedIn(c).user;
      const page = { offset: query.offset, limit: pageSize };
      const { items, more, similarFrom } = await searchPatients(deps.reader, siteId, query.q, page);
      // Not the words: they are somebody's name.
      await record(c, { action: 'patients:searched', detail: { found: items.length, offset: query.offset } });
      return c.json({ ...listed(items, more, query), ...(similarFrom === undefined ? {} : { similarFrom }) });
    })
    .get('/patients/:id', allow('patient:search'), async (c) => {
      const { user } = signedIn(c);
      const patient = await findPatient(deps.reader, c.req.param('id'), user.siteId);
      if (!patient) throw refused('not-found');
      const readsChart = can(user, 'chart:read', patient);
      // Before anything leaves: a chart that cannot be accounted for is not opened.
      await record(c, { action: readsChart ? 'chart:opened' : 'demographics:opened', patientId: patient.id });
      const answer: ChartSummary | Demographics = readsChart
        ? await readChart(deps.reader, patient)
        : { patient, encounters: await encountersOf(deps.reader, patient, false) };
      return c.json(answer);
    });
};
