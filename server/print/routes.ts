import { Hono } from 'hono';
import { Readable } from 'node:stream';
import { can } from '../../shared/access/can.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { findPatient } from '../patients/queries.ts';
import { findSite } from '../sites/queries.ts';
import { printChart } from './chartPdf.ts';
import { Paper } from './paper.ts';
import { readPrintedChart } from './printedChart.ts';

/** A chart on paper. */
export const printRoutes = (deps: Deps) =>
  new Hono<Env>().get('/patients/:id/chart.pdf', allow('chart:read'), async (c) => {
    const who = signedIn(c);
    const { user } = who;
    const patient = await findPatient(deps.reader, c.req.param('id'), user.siteId);
    if (!patient || !can(user, 'chart:read', patient)) throw refused('not-found');
    const at = deps.now();
    // Before anything leaves: a print that cannot be accounted for is not made.
    const chained = [
      auditRow({
        action: 'chart:printed',
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: patient.id,
        entity: `Patient/${patient.id}`,
      }),
    ];
    await deps.writer.commit({ statements: [], chained });
    const chart = await readPrintedChart(deps.reader, patient);
    const site = await findSite(deps.reader, patient.siteId);
    const paper = new Paper('Chart', at);
    const pages = Readable.from(paper.stream);
    const printed = printChart(paper, chart, {
      at,
      timeZone: site?.timeZone ?? 'UTC',
      by: user.name,
      site: site?.name ?? '',
    });
    // What goes wrong half-way breaks the answer off: half a chart must not look like a whole one.
    printed.catch((error: unknown) => {
      deps.logger.error({ err: error }, 'a chart could not be printed');
      pages.destroy(error instanceof Error ? error : new Error('It could not be printed.'));
    });
    c.header('Content-Type', 'application/pdf');
    c.header('Content-Disposition', 'inline; filename="chart.pdf"');
    return c.body(Readable.toWeb(pages) as ReadableStream<Uint8Array>);
  });
