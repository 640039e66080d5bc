import { Hono } from 'hono';
import { can } from '../../shared/access/can.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { findPatient } from '../patients/queries.ts';
import { noticing } from '../records/damage.ts';
import { findSite } from '../sites/queries.ts';
import { readPrintedChart } from './printedChart.ts';
import { openPrinter, type Printer, type PrintJob } from './printer.ts';

/** A chart on paper. */
export const printRoutes = (deps: Deps, printer: Printer = openPrinter()) =>
  new Hono<Env>().get('/patients/:id/chart.pdf', allow('chart:read'), async (c) => {
    const who = signedIn(c);
    const { user } = who;
    const patient = await findPatient(deps.reader, c.req.param('id'), user.siteId);
    if (!patient || !can(user, 'chart:read', patient)) throw refused('not-found');
    const prepare = async (): Promise<PrintJob> => {
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
      const { value: chart, damaged } = await noticing(() => readPrintedChart(deps.reader, patient));
      const site = await findSite(deps.reader, patient.siteId);
      const timeZone = site?.timeZone ?? 'UTC';
      return {
        chart,
        printing: {
          at,
          timeZone,
          by: user.name,
          site: site?.name ?? '',
          missing: damaged.map(({ entity }) => entity),
        },
      };
    };
    const printed = await printer.print(prepare, c.req.raw.signal);
    // Who has left reads no answer.
    if (!printed.ok) throw refused('unavailable', 'Other charts are being printed. Try again in a moment.');
    c.header('Content-Type', 'application/pdf');
    c.header('Content-Disposition', 'inline; filename="chart.pdf"');
    return c.body(printed.value);
  });
