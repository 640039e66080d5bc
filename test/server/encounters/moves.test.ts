import { and, eq } from 'drizzle-orm';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { outbox } from '../../../server/outbox/tables.ts';
import { recordedBy } from '../../../server/records/act.ts';
import { readHistory, readResource } from '../../../server/records/recordStore.ts';
import { stage } from '../../../server/records/stage.ts';
import { resources } from '../../../server/records/tables.ts';
import { wards } from '../../../server/sites/tables.ts';
import type { EncounterDetail, WardBoard } from '../../../shared/encounters/schema.ts';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { people, siteA, wardOfA, wardOfB } from '../../support/people.ts';

const otherWard = 'e1a50000-0000-4000-8000-0000000000a2';

let service: TestApp;
const cookies = new Map<string, string>();
const as = async (username: keyof typeof people): Promise<string> => {
  if (!cookies.has(username)) cookies.set(username, await service.cookieOf(people[username]));
  return cookies.get(username)!;
};
beforeAll(async () => {
  service = await testApp();
  const { reader, writer } = service.deps;
  const row = {
    id: otherWard,
    siteId: siteA,
    name: 'Surgery',
    specialty: null,
    bays: [{ name: 'Bay 1', beds: ['1', '2'] }],
    rank: 2,
  };
  await writer.commit({ statements: [statement(reader.insert(wards).values(row))] });
});
afterAll(() => service.close());

const post = async (path: string, body?: unknown, who: keyof typeof people = 'nurse'): Promise<Response> =>
  service.ask('POST', path, { cookie: await as(who), ...(body === undefined ? {} : { body }) });
const act = (encounterId: string, name: string, body: object, who?: keyof typeof people): Promise<Response> =>
  post(`/api/encounters/${encounterId}/${name}`, body, who);
const json = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await (await response).json()) as T;

/** Somebody new on the ward, in a bed or without. */
const arrive = async (
  bed: string | null,
  wardId = wardOfA,
): Promise<{ patientId: string; encounterId: string }> => {
  const response = await post('/api/patients/unidentified', { estimatedAge: 50, wardId, bed });
  expect(response.status).toBe(201);
  return json(response);
};
const leave = async (encounterId: string): Promise<void> => {
  const { version } = await detail(encounterId);
  expect((await act(encounterId, 'discharge', { disposition: 'home', version })).status).toBe(200);
};
const detail = async (encounterId: string, who: keyof typeof people = 'nurse'): Promise<EncounterDetail> =>
  json(service.ask('GET', `/api/encounters/${encounterId}`, { cookie: await as(who) }));
const board = async (wardId = wardOfA): Promise<WardBoard> =>
  json(service.ask('GET', `/api/wards/${wardId}/board`, { cookie: await as('nurse') }));
const stateOf = async (bed: string): Promise<string | undefined> =>
  (await board()).bedStates.find((each) => each.bed === bed)?.state;
const ready = (bed: string, wardId = wardOfA): Promise<Response> =>
  post(`/api/wards/${wardId}/beds/${bed}/state`, { state: 'free' });

const record = async (resource: Resource): Promise<void> => {
  const { deps } = service;
  const staged = await stage(deps.reader, [resource], recordedBy(people.attending, deps.now()));
  if (!staged.ok) throw new Error('not staged');
  await deps.writer.commit({ statements: staged.value.statements });
};
const order = (patientId: string, encounterId: string, id: string): Resource => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  subject: { reference: `Patient/${patientId}` },
  encounter: { reference: `Encounter/${encounterId}` },
  medicationCodeableConcept: { text: 'furosemide' },
});

describe('a bed', () => {
  test('is given to one of two who ask for it at once; the other is told', async () => {
    const [one, other] = [await arrive(null), await arrive(null)];
    const answers = await Promise.all(
      [one, other].map(({ encounterId }) =>
        act(encounterId, 'transfer', { wardId: wardOfA, bed: '1', version: 1 }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await board()).cards.filter(({ bed }) => bed === '1')).toHaveLength(1);
    await leave(one.encounterId);
    await leave(other.encounterId);
    await ready('1');
  });

  test('is never two people’s, whatever asks for it', async () => {
    const { patientId, encounterId } = await arrive('2');
    const place = (system: string, value: string) => ({
      location: { identifier: { system: `https://cochart.dev/fhir/${system}`, value } },
    });
    await expect(
      (async () => {
        const { deps } = service;
        const second: Resource = {
          resourceType: 'Encounter',
          id: deps.newId(),
          status: 'in-progress',
          class: { code: 'IMP' },
          subject: { reference: `Patient/${patientId}` },
          location: [place('ward', wardOfA), place('bed', '2')],
        };
        const staged = await stage(deps.reader, [second], recordedBy(people.attending, deps.now()));
        return staged.ok && (await deps.writer.commit({ statements: staged.value.statements })).ok;
      })(),
    ).resolves.toBe(false);
    await leave(encounterId);
    await ready('2');
  });

  test('that somebody has left is cleaned before it is given again; a blocked one is not given at all', async () => {
    const { encounterId } = await arrive('3');
    expect((await post(`/api/wards/${wardOfA}/beds/3/state`, { state: 'blocked' })).status).toBe(409);
    await leave(encounterId);
    expect(await stateOf('3')).toBe('cleaning');
    const next = await arrive(null);
    const transfer = () => act(next.encounterId, 'transfer', { wardId: wardOfA, bed: '3', version: 1 });
    expect((await transfer()).status).toBe(409);
    await ready('3');
    await post(`/api/wards/${wardOfA}/beds/3/state`, { state: 'blocked' });
    expect((await transfer()).status).toBe(409);
    await ready('3');
    expect((await transfer()).status).toBe(200);
    expect((await post(`/api/wards/${wardOfA}/beds/99/state`, { state: 'free' })).status).toBe(404);
    await leave(next.encounterId);
    await ready('3');
  });
});

describe('a transfer', () => {
  test('keeps where somebody lay, and names the version that was seen', async () => {
    const { encounterId } = await arrive('1');
    expect((await act(encounterId, 'transfer', { wardId: wardOfA, bed: '2', version: 9 })).status).toBe(409);
    expect((await act(encounterId, 'transfer', { wardId: wardOfA, bed: '2', version: 1 })).status).toBe(200);
    const { stays, bed, version } = await detail(encounterId);
    expect({ bed, version }).toEqual({ bed: '2', version: 2 });
    const at = service.deps.now().toISOString();
    expect(stays).toEqual([
      { ward: 'Medicine', bed: '2', from: at, to: null },
      { ward: 'Medicine', bed: '1', from: at, to: at },
    ]);
    expect(await stateOf('1')).toBe('cleaning');
    expect((await act(encounterId, 'transfer', { wardId: wardOfB, bed: null, version: 2 })).status).toBe(404);
    expect((await act(encounterId, 'transfer', { wardId: wardOfA, bed: '77', version: 2 })).status).toBe(422);
    await leave(encounterId);
    await ready('1');
    await ready('2');
  });

  test('that is planned shows on both boards and moves nobody until it is done', async () => {
    const { encounterId } = await arrive('1');
    const body = { wardId: otherWard, bed: '2', version: 1, planned: true };
    expect((await act(encounterId, 'transfer', body)).status).toBe(200);
    const card = (await board()).cards.find((each) => each.encounterId === encounterId)!;
    expect(card).toMatchObject({ bed: '1', plannedTo: { wardId: otherWard, wardName: 'Surgery', bed: '2' } });
    expect((await board(otherWard)).incoming).toMatchObject([
      { encounterId, fromWard: 'Medicine', fromBed: '1', bed: '2' },
    ]);
    expect((await act(encounterId, 'transfer/cancel', { version: 2 })).status).toBe(200);
    expect((await board(otherWard)).incoming).toEqual([]);
    await leave(encounterId);
    await ready('1');
  });

  test('to another ward asks for the orders to be looked at again, until somebody who signs has', async () => {
    const { patientId, encounterId } = await arrive('1');
    await record(order(patientId, encounterId, 'order-of-review'));
    await act(encounterId, 'transfer', { wardId: otherWard, bed: '1', version: 1 });
    expect((await detail(encounterId)).ordersToReview).toMatchObject({ count: 1 });
    expect((await board(otherWard)).cards[0]).toMatchObject({ encounterId, ordersToReview: 1 });
    expect((await detail(encounterId, 'clerk')).ordersToReview).toBeNull();
    expect((await post(`/api/encounters/${encounterId}/orders/reviewed`)).status).toBe(403);
    const reviewed = await post(`/api/encounters/${encounterId}/orders/reviewed`, undefined, 'resident');
    expect(await reviewed.json()).toEqual({ reviewed: 1 });
    expect((await detail(encounterId)).ordersToReview).toBeNull();
    await leave(encounterId);
    await ready('1');
    await ready('1', otherWard);
  });
});

describe('a discharge', () => {
  test('ends the stay; taken back, the patient lies where they lay', async () => {
    const { encounterId } = await arrive('1');
    const at = service.deps.now().toISOString();
    await act(encounterId, 'expected-discharge', { on: '2026-03-05', version: 1 });
    expect((await board()).cards.find((each) => each.encounterId === encounterId)?.plannedEndAt).toContain(
      '2026-03-05',
    );
    expect((await act(encounterId, 'discharge', { disposition: 'rehab', at, version: 2 })).status).toBe(200);
    const { status, endAt } = await detail(encounterId);
    expect({ status, endAt }).toEqual({ status: 'finished', endAt: at });
    expect((await act(encounterId, 'discharge', { disposition: 'home', version: 3 })).status).toBe(409);
    expect((await act(encounterId, 'discharge/cancel', { version: 3 })).status).toBe(200);
    expect(await detail(encounterId)).toMatchObject({
      status: 'in-progress',
      bed: '1',
      endAt: null,
      version: 4,
    });
    expect(await stateOf('1')).toBeUndefined();
    const stored = JSON.parse(
      (await readResource(service.deps.reader, 'Encounter', encounterId))!.json,
    ) as Resource;
    expect(stored['hospitalization']).toBeUndefined();
    await leave(encounterId);
    const next = await arrive(null);
    await ready('1');
    await act(next.encounterId, 'transfer', { wardId: wardOfA, bed: '1', version: 1 });
    const { version } = await detail(encounterId);
    await act(encounterId, 'discharge/cancel', { version });
    expect(await detail(encounterId)).toMatchObject({ wardId: wardOfA, bed: null, status: 'in-progress' });
    await leave(encounterId);
    await leave(next.encounterId);
    await ready('1');
  });

  test.each([
    ['in the future', '2026-03-05T08:00:00Z'],
    ['before they came', '2026-03-01T08:00:00Z'],
  ])('is not recorded %s', async (_when, at) => {
    const { encounterId } = await arrive(null);
    expect((await act(encounterId, 'discharge', { disposition: 'home', at, version: 1 })).status).toBe(422);
    await leave(encounterId);
  });
});

describe('an encounter that was filed to the wrong patient', () => {
  test('goes to the right one with all that is in it, and leaves word without saying whose it is', async () => {
    const { deps } = service;
    const wrong = await arrive(null);
    const right = await arrive(null);
    await record(order(wrong.patientId, wrong.encounterId, 'order-of-refile'));
    const body = { toPatientId: right.patientId, reason: 'The wrong chart was open', version: 1 };
    expect((await act(wrong.encounterId, 'refile', body)).status).toBe(403);
    expect((await act(wrong.encounterId, 'refile', body, 'attending')).status).toBe(200);

    expect((await detail(wrong.encounterId)).patient.id).toBe(right.patientId);
    const moved = await readHistory(deps.reader, 'MedicationRequest', 'order-of-refile');
    expect(moved.map(({ json }) => (JSON.parse(json) as Json)['subject'])).toEqual([
      { reference: `Patient/${right.patientId}` },
      { reference: `Patient/${wrong.patientId}` },
    ]);
    const left = await deps.reader
      .select({ id: resources.id })
      .from(resources)
      .where(and(eq(resources.patientId, wrong.patientId), eq(resources.type, 'Encounter')));
    expect(left).toHaveLength(1);
    const { json: trace } = (await readResource(deps.reader, 'Encounter', left[0]!.id))!;
    expect(JSON.parse(trace)).toMatchObject({ status: 'entered-in-error' });
    expect(trace).not.toContain(right.patientId);

    const rows = await deps.reader.select().from(audit).where(eq(audit.action, 'encounter:refiled'));
    expect(rows.map(({ patientId }) => patientId).toSorted()).toEqual(
      [wrong.patientId, right.patientId].toSorted(),
    );
    const told = await deps.reader.select().from(outbox).where(eq(outbox.event, 'patient:changed'));
    expect(told.some(({ payload }) => payload.includes(wrong.encounterId))).toBe(true);
    await leave(wrong.encounterId);
    await leave(right.encounterId);
  });

  test('is refiled only by somebody who has just said who they are', async () => {
    const wrong = await arrive(null);
    const right = await arrive(null);
    service.deps.clock.step(6 * 60_000);
    const body = { toPatientId: right.patientId, reason: 'The wrong chart was open', version: 1 };
    const response = await act(wrong.encounterId, 'refile', body, 'attending');
    expect([response.status, (await json<{ type: string }>(response)).type]).toEqual([401, 'reauthenticate']);
  });
});

type Json = Record<string, unknown>;
