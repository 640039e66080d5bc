import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { entryAfter } from '../../../server/log/entries.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { encounters, resources } from '../../../server/records/tables.ts';
import { signatures } from '../../../server/signing/tables.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { ordersRoom } from '../../../shared/documents/room.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { people, seedPeople, wardOfA } from '../../support/people.ts';

/** Who arrived, and what is drafted in their basket. */
interface Arrived {
  patientId: string;
  encounterId: string;
}

let deps: TestDatabase;
let service: TestApp;
const cookies = {} as Record<'attending' | 'nurse' | 'clerk', string>;
/** Runs once, when a signature has been prepared and is about to be committed. */
let meanwhile: (() => Promise<void>) | null = null;
beforeAll(async () => {
  const database = await testDatabase();
  await seedPeople(database);
  deps = {
    ...database,
    writer: {
      ...database.writer,
      commit: async (batch) => {
        const run = meanwhile;
        if (run && batch.statements.some(({ sql }) => sql.startsWith('insert into "signatures"'))) {
          meanwhile = null;
          await run();
        }
        return database.writer.commit(batch);
      },
    },
  };
  service = await testApp({ deps });
  for (const name of ['attending', 'nurse', 'clerk'] as const)
    cookies[name] = await service.cookieOf(people[name]);
});
beforeEach(() => {
  meanwhile = null;
});
afterAll(() => service.close());

const ask = (who: keyof typeof cookies, path: string, body: unknown): Promise<Response> =>
  service.ask('POST', path, { cookie: cookies[who], body });
async function arrive(): Promise<Arrived> {
  const response = await ask('nurse', '/api/patients/unidentified', {
    estimatedAge: 50,
    wardId: wardOfA,
    bed: null,
  });
  return (await response.json()) as Arrived;
}

/** A troponin waits for its signature in the basket. */
async function draft(encounterId: string): Promise<{ id: string; contentHash: string }> {
  const room = ordersRoom(encounterId);
  const { doc, head } = await foldDocument(deps.log, room, registry.orders.roots);
  const before = Y.encodeStateVector(doc);
  const id = deps.newId();
  const detail = { code: { system: 'http://loinc.org', code: '6598-7', display: 'Troponin T' } };
  const value = new Y.Map<unknown>(Object.entries({ category: 'laboratory', detail }));
  doc.getMap('drafts').set(id, value);
  const bytes = Y.encodeStateAsUpdate(doc, before);
  const by = { userId: people.nurse.id, deviceId: 'desk' };
  const at = deps.now().toISOString();
  await deps.log.append({
    entries: [entryAfter(head, { document: room, kind: 'update', lease: doc.clientID, at, bytes, ...by })],
  });
  const path = `/api/encounters/${encounterId}/orders`;
  const basket = (await (await service.ask('GET', path, { cookie: cookies.nurse })).json()) as {
    drafts: { id: string; contentHash: string }[];
  };
  return { id, contentHash: basket.drafts.find((each) => each.id === id)!.contentHash };
}
const sign = (encounterId: string, orders: object[]): Promise<Response> =>
  ask('attending', `/api/encounters/${encounterId}/orders/sign`, { orders });
const refile = async (encounterId: string, toPatientId: string): Promise<number> => {
  const body = { toPatientId, reason: 'The wrong chart was open', version: 1 };
  return (await ask('attending', `/api/encounters/${encounterId}/refile`, body)).status;
};
const merge = async (loserId: string, intoId: string): Promise<number> =>
  (await ask('clerk', `/api/patients/${loserId}/merge`, { intoId, reason: 'Twice', version: 1 })).status;

/** Whose the encounter is, and whose its signed orders are. */
async function whose(encounterId: string): Promise<{ encounter: string; orders: (string | null)[] }> {
  const { reader } = deps;
  const [row] = await reader.select().from(encounters).where(eq(encounters.id, encounterId));
  const orders = await reader
    .select({ patientId: resources.patientId })
    .from(resources)
    .where(and(eq(resources.encounterId, encounterId), eq(resources.type, 'ServiceRequest')));
  return { encounter: row!.patientId, orders: orders.map(({ patientId }) => patientId) };
}

describe('orders whose encounter goes to another patient while they are signed', () => {
  test.each([
    ['refiled', refile],
    ['merged', (_encounterId: string, to: string, from: string) => merge(from, to)],
  ])('are signed for neither when it is %s; looked at again they can be', async (_how, move) => {
    const [wrong, right] = [await arrive(), await arrive()];
    const { encounterId } = wrong;
    const order = await draft(encounterId);
    meanwhile = async () => {
      expect(await move(encounterId, right.patientId, wrong.patientId)).toBe(200);
    };
    const response = await sign(encounterId, [order]);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('another patient') as string,
      refused: [{ id: order.id, status: 409 }],
    });
    const rows = await deps.reader.select().from(signatures).where(eq(signatures.encounterId, encounterId));
    expect(rows).toEqual([]);
    expect((await sign(encounterId, [order])).status).toBe(200);
    expect(await whose(encounterId)).toEqual({ encounter: right.patientId, orders: [right.patientId] });
  });

  test('are the right patient’s whoever comes first, when nobody waits for anybody', async () => {
    for (let round = 0; round < 6; round++) {
      const [wrong, right] = [await arrive(), await arrive()];
      const { encounterId } = wrong;
      const order = await draft(encounterId);
      const [signed, moved] = await Promise.all([
        sign(encounterId, [order]),
        round % 2 === 0 ? refile(encounterId, right.patientId) : merge(wrong.patientId, right.patientId),
      ]);
      expect([200, 409]).toContain(signed.status);
      const { encounter, orders } = await whose(encounterId);
      expect(encounter).toBe(moved === 200 ? right.patientId : wrong.patientId);
      expect(orders).toEqual(signed.status === 200 ? [encounter] : []);
    }
  });
});
