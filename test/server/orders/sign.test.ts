import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { audit } from '../../../server/audit/tables.ts';
import { entryAfter } from '../../../server/log/entries.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { readSeal } from '../../../server/log/sealing.ts';
import { documentLeases, documentLog } from '../../../server/log/tables.ts';
import { resources } from '../../../server/records/tables.ts';
import { findSealOutcome } from '../../../server/signing/outcome.ts';
import { signatures } from '../../../server/signing/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { ordersRoom } from '../../../shared/documents/room.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { patientId } from '../../support/chart.ts';
import { people, siteA, type Person } from '../../support/people.ts';
import { plainSealing, type PlainSealing } from '../../support/sealing.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { seedPeople } from '../../support/people.ts';
import { seedEncounter } from '../../support/chart.ts';
import { encounters } from '../../../server/records/tables.ts';

interface Draft {
  id: string;
  contentHash: string;
  contested: boolean;
}
interface Basket {
  drafts: Draft[];
  active: { id: string; resource: Record<string, unknown> }[];
}
interface Answer {
  type?: string;
  signed?: { id: string; resource: Record<string, unknown> }[];
  refused: {
    id: string;
    status: number;
    contentHash?: string;
    contested?: true;
    errors?: unknown[];
    detail?: string;
  }[];
}

let deps: TestDatabase;
let service: TestApp;
let sealing: PlainSealing;
let fails = false;
/** Each test has a basket of its own. */
let encounterId: string;

beforeAll(async () => {
  const database = await testDatabase();
  await seedPeople(database);
  await seedEncounter(database);
  deps = {
    ...database,
    writer: {
      ...database.writer,
      commit: (batch) =>
        fails && batch.statements.some(({ sql }) => sql.startsWith('insert into "signatures"'))
          ? Promise.reject(new Error('the disk is full'))
          : database.writer.commit(batch),
    },
  };
  sealing = plainSealing(deps);
  service = await testApp({ deps, sealing });
});
beforeEach(async () => {
  fails = false;
  encounterId = deps.newId();
  const row = { id: encounterId, patientId, siteId: siteA, status: 'in-progress', class: 'IMP' };
  await deps.writer.commit({ statements: [statement(deps.reader.insert(encounters).values(row))] });
});
afterAll(async () => {
  await service.close();
});

/** Somebody writes into the basket, under a client id of their own. */
async function write(
  author: Person,
  change: (drafts: Y.Map<Y.Map<unknown>>, doc: Y.Doc) => void,
): Promise<void> {
  const room = ordersRoom(encounterId);
  const { doc, head } = await foldDocument(deps.log, room, registry.orders.roots);
  const before = Y.encodeStateVector(doc);
  change(doc.getMap('drafts'), doc);
  const at = deps.now().toISOString();
  const by = { userId: author.id, deviceId: 'desk' };
  const lease = { document: room, epoch: 1, clientId: doc.clientID, since: at, ...by };
  await deps.writer.commit({ statements: [statement(deps.reader.insert(documentLeases).values(lease))] });
  const bytes = Y.encodeStateAsUpdate(doc, before);
  await deps.log.append({
    entries: [entryAfter(head, { document: room, kind: 'update', lease: doc.clientID, at, bytes, ...by })],
  });
}

const furosemide = {
  code: {
    system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
    code: '4603',
    display: 'furosemide 10 mg/mL injection',
  },
  dose: { value: '40', unit: 'mg' },
  route: 'intravenous',
  timing: 'BID',
};
const troponin = {
  code: { system: 'http://loinc.org', code: '6598-7', display: 'Troponin T' },
  specimen: 'blood',
};

async function propose(
  author: Person,
  category: string,
  detail: object | null,
  more: Record<string, unknown> = {},
): Promise<string> {
  const id = deps.newId();
  await write(author, (drafts) => {
    const draft = new Y.Map<unknown>(Object.entries({ category, detail, ...more }));
    drafts.set(id, draft);
  });
  return id;
}

async function basket(): Promise<Basket> {
  const cookie = await service.cookieOf(people.nurse);
  const response = await service.ask('GET', `/api/encounters/${encounterId}/orders`, { cookie });
  return (await response.json()) as Basket;
}
const seen = async (...ids: string[]): Promise<{ id: string; contentHash: string }[]> => {
  const { drafts } = await basket();
  return ids.map((id) => ({
    id,
    contentHash: drafts.find((draft) => draft.id === id)?.contentHash ?? '0'.repeat(64),
  }));
};
async function sign(
  orders: { id: string; contentHash: string }[],
  person: Person = people.attending,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Answer }> {
  const cookie = await service.cookieOf(person);
  const response = await service.ask('POST', `/api/encounters/${encounterId}/orders/sign`, {
    cookie,
    body: { orders },
    headers,
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
const signaturesHere = () =>
  deps.reader.select().from(signatures).where(eq(signatures.encounterId, encounterId));

describe('an order that is signed', () => {
  it('becomes a request in the record, in force, and leaves the basket', async () => {
    const id = await propose(people.nurse, 'medication', furosemide, {
      priority: 'urgent',
      indication: 'fluid overload',
    });
    const { status, body } = await sign(await seen(id));
    expect(status).toBe(200);
    expect(body.refused).toEqual([]);
    expect(body.signed).toMatchObject([
      {
        id,
        resource: {
          resourceType: 'MedicationRequest',
          status: 'active',
          intent: 'order',
          priority: 'urgent',
          subject: { reference: `Patient/${patientId}` },
          encounter: { reference: `Encounter/${encounterId}` },
          authoredOn: '2026-03-02T09:00:00.000+01:00',
          requester: { display: people.attending.name },
          reasonCode: [{ text: 'fluid overload' }],
          dosageInstruction: [
            {
              timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
              route: { text: 'intravenous' },
              doseAndRate: [{ doseQuantity: { value: 40, unit: 'mg', code: 'mg' } }],
            },
          ],
        },
      },
    ]);
    const now = await basket();
    expect(now.drafts).toEqual([]);
    expect(now.active.map(({ resource }) => resource)).toEqual([body.signed![0]!.resource]);
    const { doc } = await foldDocument(deps.log, ordersRoom(encounterId), registry.orders.roots);
    expect(doc.getMap<Y.Map<unknown>>('drafts').get(id)?.get('ended')).toEqual({
      resource: `MedicationRequest/${String(body.signed![0]!.resource.id)}`,
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('has a resource id of the server’s, whatever id a client gave the draft', async () => {
    const id = await propose(people.attending, 'laboratory', troponin);
    const { body } = await sign(await seen(id));
    expect(body.signed![0]!.resource).toMatchObject({
      resourceType: 'ServiceRequest',
      specimen: [{ display: 'blood' }],
    });
    expect(body.signed![0]!.resource.id).not.toBe(id);
  });

  it('names who proposed it beside who signed it, and nobody who wrote other orders', async () => {
    const id = await propose(people.nurse, 'laboratory', troponin);
    await propose(people.pharmacist, 'medication', furosemide);
    await write(people.resident, (drafts) => void drafts.get(id)!.set('indication', 'chest pain'));
    await sign(await seen(id));
    const [request] = (await basket()).active;
    const rows = await deps.reader.select().from(resources).where(eq(resources.type, 'Provenance'));
    const cookie = await service.cookieOf(people.attending);
    const provenances = await Promise.all(
      rows.map(async (row) => (await service.ask('GET', `/fhir/R4/Provenance/${row.id}`, { cookie })).text()),
    );
    const mine = provenances.find((text) => text.includes(`ServiceRequest/${request!.id}`));
    const { agent } = JSON.parse(mine!) as {
      agent: { type: { coding: { code: string }[] }; who: { display: string } }[];
    };
    expect(agent.map(({ type, who }) => `${type.coding[0]!.code} ${who.display}`).toSorted()).toEqual(
      [
        `author ${people.nurse.name}`,
        `author ${people.resident.name}`,
        `legal ${people.attending.name}`,
      ].toSorted(),
    );
  });

  it('keeps the digits of its dose', async () => {
    const id = await propose(people.attending, 'medication', {
      ...furosemide,
      dose: { value: '2.50', unit: 'mg' },
    });
    const { body } = await sign(await seen(id));
    const cookie = await service.cookieOf(people.attending);
    const stored = await service.ask(
      'GET',
      `/fhir/R4/MedicationRequest/${String(body.signed![0]!.resource.id)}`,
      { cookie },
    );
    expect(await stored.text()).toContain('"value":2.50');
  });

  it('is in the audit trail by itself', async () => {
    const ids = [
      await propose(people.attending, 'laboratory', troponin),
      await propose(people.attending, 'medication', furosemide),
    ];
    await sign(await seen(...ids));
    const rows = await deps.reader.select().from(audit).where(eq(audit.encounterId, encounterId));
    expect(rows.filter(({ action }) => action === 'order:signed')).toHaveLength(2);
  });
});

describe('of several orders', () => {
  it('those that can be are signed, and each other one is refused with its own reason', async () => {
    const good = await propose(people.attending, 'laboratory', troponin);
    const changed = await propose(people.attending, 'laboratory', troponin);
    const incomplete = await propose(people.attending, 'medication', { code: furosemide.code });
    const contested = await propose(people.attending, 'medication', { contested: 'c-1' });
    await write(people.attending, (_drafts, doc) => {
      const values = [people.resident, people.pharmacist].map(({ id }) => ({
        value: furosemide,
        user: id,
        at: '',
      }));
      doc.getMap('contested').set('c-1', { path: `drafts.${contested}.detail`, values });
    });
    const removed = await propose(people.attending, 'laboratory', troponin);
    const unknown = deps.newId();
    const orders = await seen(good, changed, incomplete, contested, removed, unknown);
    await write(people.nurse, (drafts) => {
      drafts.get(changed)!.set('indication', 'something else');
      drafts.get(removed)!.set('removed', true);
    });
    const { status, body } = await sign(orders);
    expect(status).toBe(200);
    expect(body.signed!.map(({ id }) => id)).toEqual([good]);
    const [now] = await seen(changed);
    expect(body.refused).toMatchObject([
      {
        id: changed,
        status: 409,
        contentHash: now!.contentHash,
        detail: `It has changed. What it says now was written by ${people.attending.name} and ${people.nurse.name}.`,
      },
      { id: incomplete, status: 422 },
      {
        id: contested,
        status: 409,
        contested: true,
        detail: `Two values stand for what is ordered by ${people.resident.name} and ${people.pharmacist.name}. Somebody must choose.`,
      },
      { id: removed, status: 404, detail: `It was taken out of the basket by ${people.nurse.name}.` },
      { id: unknown, status: 404 },
    ]);
    expect(body.refused.map(({ detail }) => detail !== undefined)).toEqual([true, false, true, true, false]);
    expect(body.refused[1]!.errors).toContainEqual(
      expect.objectContaining({ path: '/detail/dose' }) as unknown,
    );
    expect((await basket()).active).toHaveLength(1);
    const [row] = await signaturesHere();
    expect(Object.keys(row!.resources)).toEqual([good]);
  });

  it.each([
    [409, 'conflict', { contested: 'c-1' }],
    [422, 'unprocessable', { code: furosemide.code }],
  ])('none is signed: the answer is the first refusal’s (%d)', async (status, type, detail) => {
    const id = await propose(people.attending, 'medication', detail);
    const answer = await sign(await seen(id));
    expect(answer).toMatchObject({ status, body: { type, refused: [{ id, status }] } });
    expect(await signaturesHere()).toEqual([]);
  });

  it('a contested one always has a content hash', async () => {
    const id = await propose(people.attending, 'medication', { contested: 'c-1' });
    expect((await basket()).drafts).toMatchObject([
      { id, contested: true, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ]);
  });
});

describe('one draft becomes one order', () => {
  it('when two sign it at once', async () => {
    const id = await propose(people.nurse, 'medication', furosemide);
    const orders = await seen(id);
    const both = await Promise.all([sign(orders), sign(orders, people.resident)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    const [first, second] =
      both[0]!.status === 200 ? [people.attending, both[1]!] : [people.resident, both[0]!];
    expect(second.body.refused).toMatchObject([{ id, detail: `It is signed already by ${first.name}.` }]);
    expect((await basket()).active).toHaveLength(1);
  });

  it('also when the document has not heard of the first signature', async () => {
    const id = await propose(people.nurse, 'medication', furosemide);
    const orders = await seen(id);
    const confirm = sealing.confirm.bind(sealing);
    sealing.confirm = () => Promise.reject(new Error('not now'));
    expect((await sign(orders)).status).toBe(200);
    sealing.confirm = confirm;
    const detail = `It is signed already by ${people.attending.name}.`;
    expect(await sign(orders)).toMatchObject({
      status: 409,
      body: { refused: [{ id, status: 409, detail }] },
    });
    expect((await basket()).active).toHaveLength(1);
  });

  it('when the same act arrives twice under one key', async () => {
    const id = await propose(people.nurse, 'medication', furosemide);
    const orders = await seen(id);
    const key = { 'Idempotency-Key': deps.newId() };
    const first = await sign(orders, people.attending, key);
    expect(await sign(orders, people.attending, key)).toEqual(first);
    expect((await basket()).active).toHaveLength(1);
  });
});

describe('what becomes of a seal', () => {
  it('whose act failed: it is taken back, and the order can be signed', async () => {
    const id = await propose(people.nurse, 'medication', furosemide);
    fails = true;
    expect((await sign(await seen(id))).status).toBe(500);
    const [seal] = await deps.reader
      .select()
      .from(documentLog)
      .where(eq(documentLog.document, ordersRoom(encounterId)))
      .then((rows) => rows.filter(({ kind }) => kind === 'seal').map(({ bytes }) => readSeal(bytes)));
    expect(sealing.sealed.has(seal!.actId)).toBe(false);
    expect(await findSealOutcome(deps)(ordersRoom(encounterId), seal!)).toEqual({ outcome: 'not-committed' });
    fails = false;
    expect((await sign(await seen(id))).status).toBe(200);
  });

  it('whose act is committed: a document that loads is given the ends that it lacks', async () => {
    const id = await propose(people.nurse, 'medication', furosemide);
    const orders = await seen(id);
    const confirm = sealing.confirm.bind(sealing);
    sealing.confirm = () => Promise.reject(new Error('the service died here'));
    const { body } = await sign(orders);
    sealing.confirm = confirm;
    const [row] = await signaturesHere();
    const seal = { actId: row!.id, parts: { [id]: orders[0]!.contentHash }, whole: false };
    expect(await findSealOutcome(deps)(`${deps.newId()}/orders`, seal)).toEqual({ outcome: 'not-committed' });
    const found = await findSealOutcome(deps)(ordersRoom(encounterId), seal);
    if (found.outcome !== 'committed') throw new Error('it is committed');
    const { doc } = await foldDocument(deps.log, ordersRoom(encounterId), registry.orders.roots);
    found.write!(doc);
    const ended = {
      resource: `MedicationRequest/${String(body.signed![0]!.resource.id)}`,
      contentHash: orders[0]!.contentHash,
    };
    expect(doc.getMap<Y.Map<unknown>>('drafts').get(id)!.get('ended')).toEqual(ended);
    found.write!(doc);
    expect(doc.getMap<Y.Map<unknown>>('drafts').get(id)!.get('ended')).toEqual(ended);
  });
});

it.each<[Person, number]>([
  [people.attending, 200],
  [people.resident, 200],
  [people.specialist, 200],
  [people.nurse, 403],
  [people.pharmacist, 403],
  [people.physiotherapist, 403],
  [people.student, 403],
  [people.clerk, 403],
  [people.attendingB, 404],
])('orders are signed by prescribers of the site: %o', async (person, status) => {
  const id = await propose(people.nurse, 'laboratory', troponin);
  expect((await sign(await seen(id), person)).status).toBe(status);
});

it('an order stands once in what is signed', async () => {
  const id = await propose(people.nurse, 'laboratory', troponin);
  const [order] = await seen(id);
  expect((await sign([order!, order!])).status).toBe(400);
});
