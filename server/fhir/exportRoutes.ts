import { Hono } from 'hono';
import { z } from 'zod';
import { can } from '../../shared/access/can.ts';
import type { AuditActor } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { reportDamage } from '../records/intact.ts';
import { readHead } from '../records/recordStore.ts';
import { accountFor, toBundle, toNdjson } from './exportFiles.ts';
import { exportRecord, type ExportPart } from './exportRecord.ts';

const ndjson = ['application/fhir+ndjson', 'application/ndjson', 'ndjson'];
const bundle = ['application/fhir+json', 'json', 'bundle'];
const query = z.object({ _outputFormat: z.enum([...ndjson, ...bundle]).default(ndjson[0]!) });

/** A patient's whole record to take along, as NDJSON or as one Bundle; below the FHIR API. */
export const exportRoutes = (deps: Deps) =>
  new Hono<Env>().get('/Patient/:id/$export', allow('chart:read'), valid('query', query), async (c) => {
    const who = signedIn(c);
    const id = c.req.param('id');
    const patient = await readHead(deps.reader, 'Patient', id);
    if (!patient || patient.deleted || !can(who.user, 'chart:read', patient)) throw refused('not-found');
    const isBundle = bundle.includes(c.req.valid('query')._outputFormat);
    const scope = { patientId: id, siteId: patient.siteId };
    await accountFor(deps, {
      action: 'record:exported',
      actor: actorOf(who),
      scope,
      detail: { bundle: isBundle },
    });
    const parts = reporting(deps, actorOf(who), exportRecord(deps.reader, scope));
    const text = isBundle ? toBundle(parts, deps.now()) : toNdjson(parts);
    // No name of a patient in the name of a file.
    c.header('Content-Disposition', `attachment; filename="record.${isBundle ? 'json' : 'ndjson'}"`);
    c.header('Content-Type', isBundle ? 'application/fhir+json; charset=utf-8' : ndjson[0]);
    return c.body(streamOf(text));
  });

/** What an answer under way meets comes too late for its head. */
async function* reporting(
  deps: Deps,
  actor: AuditActor,
  parts: AsyncIterable<ExportPart>,
): AsyncGenerator<ExportPart> {
  for await (const part of parts) {
    for (const damage of part.damaged) await reportDamage(deps, actor, damage);
    yield part;
  }
}

/** Read as fast as the client takes it. */
function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const next = await text.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    cancel: async () => void (await text.return(undefined)),
  });
}
