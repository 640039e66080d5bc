import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { audit } from '../../../server/audit/tables.ts';
import { entryAfter } from '../../../server/log/entries.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { ordersRoom } from '../../../shared/documents/room.ts';
import { unreadableHeader } from '../../../shared/wire/unreadable.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { people, wardOfA } from '../../support/people.ts';
import { tamper } from '../../support/tamper.ts';

const { attending } = people;
const room = ordersRoom(encounterId);
const name = `orders/${encounterId}`;
let service: TestApp;
const said: unknown[] = [];
beforeAll(async () => {
  service = await testApp();
  await seedEncounter(service.deps);
  service.deps.logger.fatal = (about: unknown) => void said.push(about);
});
afterAll(() => service.close());

async function propose(): Promise<void> {
  const { log, now, newId } = service.deps;
  const { doc, head } = await foldDocument(log, room, registry.orders.roots);
  const before = Y.encodeStateVector(doc);
  const detail = { code: { system: 'http://loinc.org', code: '6598-7', display: 'Troponin T' } };
  doc.getMap('drafts').set(newId(), new Y.Map(Object.entries({ category: 'laboratory', detail })));
  const bytes = Y.encodeStateAsUpdate(doc, before);
  const by = { userId: attending.id, deviceId: 'desk', at: now().toISOString() };
  const entry = { document: room, kind: 'update' as const, lease: doc.clientID, bytes, ...by };
  await log.append({ entries: [entryAfter(head, entry)] });
}

test('a basket in whose log a bit has flipped is shown to nobody, and who runs the service and the trail are told; the ward board stands', async () => {
  const cookie = await service.cookieOf(attending);
  const basket = () => service.ask('GET', `/api/encounters/${encounterId}/orders`, { cookie });
  await propose();
  expect(await (await basket()).json()).toMatchObject({ drafts: [{ category: 'laboratory' }] });
  await tamper(service.deps, [
    `UPDATE document_log SET bytes = CAST(replace(CAST(bytes AS TEXT), 'Troponin', 'Tropomin') AS BLOB) WHERE document = '${room}'`,
  ]);

  const answer = await basket();
  const body = await answer.text();
  expect([answer.status, (JSON.parse(body) as { type: string }).type]).toEqual([500, 'damaged']);
  expect(body).not.toMatch(/tropo/i);
  expect(said).toEqual([{ entity: name, version: undefined }]);
  const rows = await service.deps.reader
    .select()
    .from(audit)
    .where(and(eq(audit.action, 'resource:damaged'), eq(audit.entity, name)));
  expect(rows).toMatchObject([{ outcome: 'failure', userId: attending.id, patientId, encounterId }]);
  expect(JSON.stringify(rows)).not.toMatch(/tropo/i);

  // The ward's board stands, and says that something is missing.
  const board = await service.ask('GET', `/api/wards/${wardOfA}/board`, { cookie });
  expect([board.status, board.headers.get(unreadableHeader)]).toEqual([200, name]);
  expect(JSON.stringify(await board.json())).toContain(encounterId);
});
