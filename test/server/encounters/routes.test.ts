import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { careTeam } from '../../../server/encounters/tables.ts';
import { checkBundle } from '../../../server/fhir/bundle.ts';
import { importBundle } from '../../../server/fhir/importBundle.ts';
import { outbox } from '../../../server/outbox/tables.ts';
import { readResource } from '../../../server/records/recordStore.ts';
import {
  encounterDetail,
  encounterSummary,
  wardBoard,
  type BoardCard,
  type WardBoard,
} from '../../../shared/encounters/schema.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { people, siteA, siteB, wardOfA, wardOfB, type Person } from '../../support/people.ts';

type Json = Record<string, unknown>;

let service: TestApp;
const cookies = new Map<string, string>();

async function ask(
  person: Person,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  if (!cookies.has(person.username)) cookies.set(person.username, await service.cookieOf(person));
  return service.ask(method, path, {
    cookie: cookies.get(person.username)!,
    headers,
    ...(body === undefined ? {} : { body }),
  });
}
const get = (person: Person, path: string): Promise<Response> => ask(person, 'GET', path);

async function load(siteId: string, ...resources: Json[]): Promise<void> {
  const bundle = checkBundle(transaction(...resources));
  if (!bundle.ok) throw new Error('bad bundle');
  const imported = await importBundle(service.deps, bundle.value, { siteId, source: siteId, actor: nobody });
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
}

const patient = (number: number, family: string, given = 'Test'): Json => ({
  resourceType: 'Patient',
  id: uuid(number),
  name: [{ family, given: [given] }],
  birthDate: '1957-02-14',
});
const reference = (number: number) => ({ reference: `urn:uuid:${uuid(number)}` });
const place = (system: 'ward' | 'bed', value: string) => ({
  location: { identifier: { system: `https://cochart.dev/fhir/${system}`, value } },
});
const stay = (number: number, of: number, where: Json[], status = 'in-progress'): Json => ({
  resourceType: 'Encounter',
  id: uuid(number),
  status,
  class: { code: 'IMP' },
  subject: reference(of),
  reasonCode: [{ text: 'Pneumonia' }],
  period: { start: '2026-03-01T10:00:00Z' },
  location: where,
});
const onWard = (bed: string | null): Json[] => [
  place('ward', wardOfA),
  ...(bed === null ? [] : [place('bed', bed)]),
];

/** A whole set for NEWS2, each value worth nothing unless told otherwise. */
const vitals = (first: number, of: number, at: string, values: { pulse?: number } = {}): Json[] => {
  const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
  const made = (index: number, code: string, rest: Json): Json => ({
    resourceType: 'Observation',
    id: uuid(first + index),
    status: 'final',
    subject: reference(of),
    category: [{ coding: [{ code: 'vital-signs' }] }],
    code: loinc(code),
    effectiveDateTime: at,
    ...rest,
  });
  const quantity = (value: number, unit: string): Json => ({ valueQuantity: { value, unit } });
  return [
    made(0, '9279-1', quantity(16, '/min')),
    made(1, '59408-5', quantity(98, '%')),
    made(2, '3151-8', quantity(0, 'L/min')),
    made(3, '85354-9', {
      component: [
        { code: loinc('8480-6'), ...quantity(120, 'mm[Hg]') },
        { code: loinc('8462-4'), ...quantity(70, 'mm[Hg]') },
      ],
    }),
    made(4, '8867-4', quantity(values.pulse ?? 70, '/min')),
    made(5, '80288-4', { valueCodeableConcept: { text: 'Alert' } }),
    made(6, '8310-5', quantity(37, 'Cel')),
  ];
};

const flag = (number: number, of: number, code: string, text: string): Json => ({
  resourceType: 'Flag',
  id: uuid(number),
  status: 'active',
  subject: reference(of),
  category: [{ coding: [{ system: 'https://cochart.dev/fhir/flag-category', code }] }],
  code: { text },
});

const lab = (number: number, of: number, effectiveDateTime: string): Json => ({
  resourceType: 'Observation',
  id: uuid(number),
  status: 'final',
  subject: reference(of),
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { text: 'Potassium' },
  effectiveDateTime,
  valueQuantity: { value: 4, unit: 'mmol/L' },
});

// The clock of these tests stands at 2026-03-02T08:00:00Z.
beforeAll(async () => {
  service = await testApp({ countDrafts: async () => new Map([[uuid(11), 3]]) });
  await load(
    siteA,
    patient(1, 'Hartley'),
    patient(2, 'Hartly'),
    patient(3, 'Okafor'),
    patient(4, 'Nowak'),
    stay(11, 1, onWard('3')),
    stay(12, 2, onWard('1')),
    stay(13, 3, onWard(null)),
    stay(14, 4, onWard('2'), 'finished'),
    stay(15, 4, [place('ward', wardOfB), place('bed', '1')]),
    ...vitals(100, 1, '2026-03-02T02:00:00Z'),
    ...vitals(110, 1, '2026-03-02T07:00:00Z', { pulse: 135 }),
    ...vitals(120, 2, '2026-02-01T07:00:00Z'),
    lab(130, 1, '2026-03-02T06:00:00Z'),
    lab(131, 1, '2026-03-01T07:00:00Z'),
    lab(132, 1, '2026-02-27T06:00:00Z'),
    flag(140, 1, 'code-status', 'Do not attempt resuscitation'),
    flag(141, 1, 'isolation', 'Contact isolation'),
  );
  await load(siteB, patient(5, 'Elsewhere'), stay(16, 5, [place('ward', wardOfB)]));
});
afterAll(() => service.close());

const lastAudit = async () =>
  (await service.deps.reader.select().from(audit).orderBy(desc(audit.seq)).limit(1))[0]!;
const board = async (person: Person): Promise<WardBoard> => {
  const response = await get(person, `/api/wards/${wardOfA}/board`);
  expect(response.status).toBe(200);
  return wardBoard.parse(await response.json());
};

describe('the ward board', () => {
  it('shows who is here in the order of the beds, and those without one apart', async () => {
    const { cards, unassigned, bays, asOf } = await board(people.nurse);
    expect(cards.map(({ encounterId, bed }) => [encounterId, bed])).toEqual([
      [uuid(12), '1'],
      [uuid(11), '3'],
    ]);
    expect(unassigned.map(({ encounterId }) => encounterId)).toEqual([uuid(13)]);
    expect(bays).toEqual([{ name: 'Bay 1', beds: ['1', '2', '3', '4'] }]);
    expect(asOf).toBe('2026-03-02T08:00:00.000Z');
    expect(await lastAudit()).toMatchObject({ action: 'board:opened', entity: `Ward/${wardOfA}` });
  });

  const cardOf = async (number: number, person = people.nurse): Promise<BoardCard> => {
    const { cards, unassigned } = await board(person);
    return [...cards, ...unassigned].find(({ encounterId }) => encounterId === uuid(number))!;
  };

  it('shows score, trend, new results, drafts, code status and isolation on the card', async () => {
    expect(await cardOf(11)).toMatchObject({
      news2: {
        score: 3,
        band: 'low-medium',
        previous: 0,
        at: '2026-03-02T07:00:00.000Z',
        nextDueAt: '2026-03-02T08:00:00.000Z',
      },
      newResults: 1,
      draftOrders: 3,
      codeStatus: 'Do not attempt resuscitation',
      isolation: 'Contact isolation',
      reason: 'Pneumonia',
      changedAt: '2026-03-02T08:00:00.000Z',
    });
  });

  it('shows an old score with its age rather than none, and none where nothing was measured', async () => {
    expect((await cardOf(12)).news2).toMatchObject({ score: 0, at: '2026-02-01T07:00:00.000Z' });
    expect((await cardOf(13)).news2).toBeNull();
  });

  it('scores nobody who is pregnant, and says why', async () => {
    await load(siteA, patient(2, 'Hartly'), {
      resourceType: 'Observation',
      id: uuid(91),
      status: 'final',
      subject: reference(2),
      code: { coding: [{ system: 'http://loinc.org', code: '82810-3' }] },
      effectiveDateTime: '2026-02-20',
      valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '77386006' }] },
    });
    expect(await cardOf(12)).toMatchObject({ news2: null, news2NotFor: 'pregnancy' });
    expect(await cardOf(11)).toMatchObject({ news2NotFor: null });
  });

  it('warns of a name like another on the ward by its bed', async () => {
    expect((await cardOf(11)).similarName).toBe('1');
    expect((await cardOf(12)).similarName).toBe('3');
    expect((await cardOf(13)).similarName).toBeNull();
  });

  it('shows a clerk who lies where and nothing clinical', async () => {
    expect(await cardOf(11, people.clerk)).toMatchObject({
      bed: '3',
      patient: { name: 'HARTLEY, Test' },
      news2: null,
      newResults: 0,
      draftOrders: 0,
      codeStatus: null,
      isolation: null,
      reason: null,
      changedAt: null,
    });
    const text = await (await get(people.clerk, `/api/wards/${wardOfA}/board`)).text();
    expect(text).not.toMatch(/pneumonia|resuscitation|isolation"\s*:\s*"/i);
  });

  it('of another site looks like one that does not exist', async () => {
    const statuses = [wardOfB, uuid(999)].map(
      async (id) => (await get(people.nurse, `/api/wards/${id}/board`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 404]);
  });
});

it("the wards of one's own site are listed with their beds", async () => {
  expect(await (await get(people.nurse, '/api/wards')).json()).toEqual({
    items: [{ id: wardOfA, name: 'Medicine', specialty: null, siteId: siteA, occupied: 3, beds: 4 }],
  });
});

describe('the list of encounters', () => {
  const ids = async (person: Person, query = ''): Promise<string[]> => {
    const response = await get(person, `/api/encounters${query}`);
    const { items } = (await response.json()) as { items: unknown[] };
    return items.map((item) => encounterSummary.parse(item).id).sort();
  };

  it('has those in progress at the own site, or of another status, or of a name', async () => {
    expect(await ids(people.nurse)).toEqual([uuid(11), uuid(12), uuid(13), uuid(15)]);
    expect(await ids(people.nurse, '?status=finished')).toEqual([uuid(14)]);
    expect(await ids(people.nurse, '?status=any&q=nowak')).toEqual([uuid(14), uuid(15)]);
    expect(await ids(people.nurseB)).toEqual([uuid(16)]);
  });

  it("has none of another site, whoever's id is named", async () => {
    expect(await ids(people.nurse, `?siteId=${siteB}`)).toEqual([]);
    expect(await ids(people.nurse, `?siteId=${siteA}`)).toHaveLength(4);
  });

  it('tells a clerk no reasons', async () => {
    expect(await (await get(people.clerk, '/api/encounters')).text()).not.toMatch(/pneumonia/i);
  });

  it('refuses a status that FHIR does not know', async () => {
    expect((await get(people.nurse, '/api/encounters?status=open')).status).toBe(400);
  });
});

describe('an encounter', () => {
  it('opens with its banner, whatever its status, and that is audited', async () => {
    const response = await get(people.student, `/api/encounters/${uuid(14)}`);
    const detail = encounterDetail.parse(await response.json());
    expect(detail).toMatchObject({
      status: 'finished',
      wardName: 'Medicine',
      banner: { allergies: { state: 'unknown' } },
    });
    expect(await lastAudit()).toMatchObject({
      action: 'encounter:opened',
      encounterId: uuid(14),
      patientId: uuid(4),
    });
  });

  it('shows a clerk no banner and no reason', async () => {
    const detail = encounterDetail.parse(
      await (await get(people.clerk, `/api/encounters/${uuid(11)}`)).json(),
    );
    expect(detail).toMatchObject({ banner: null, reason: null, patient: { family: 'Hartley' } });
  });

  it('of another site looks like one that does not exist', async () => {
    const statuses = [uuid(16), uuid(999)].map(
      async (id) => (await get(people.nurse, `/api/encounters/${id}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 404]);
    const opened = await service.deps.reader
      .select()
      .from(audit)
      .where(eq(audit.encounterId, uuid(16)));
    expect(opened).toEqual([]);
  });

  it('warns in its banner of a similar name and of the same birth date on the ward', async () => {
    const detail = encounterDetail.parse(
      await (await get(people.nurse, `/api/encounters/${uuid(11)}`)).json(),
    );
    expect(detail.banner).toMatchObject({
      lookAlikes: ['similar-name', 'same-birth-date'],
      location: { ward: 'Medicine', bed: '3' },
      codeStatus: { text: 'Do not attempt resuscitation' },
      flags: [{ kind: 'isolation', text: 'Contact isolation' }],
    });
  });
});

describe('opening an encounter', () => {
  const draft = { patientId: uuid(3), class: 'AMB', wardId: wardOfA };
  const open = (person: Person, body: unknown, headers?: Record<string, string>) =>
    ask(person, 'POST', '/api/encounters', body, headers);

  it('puts a FHIR Encounter on record, its maker on the care team, and tells the ward', async () => {
    const response = await open(people.resident, draft);
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    const stored = await readResource(service.deps.reader, 'Encounter', id);
    expect(JSON.parse(stored!.json)).toMatchObject({
      status: 'in-progress',
      subject: { reference: `Patient/${uuid(3)}` },
    });
    expect(stored).toMatchObject({ siteId: siteA, recordedBy: people.resident.id });
    const team = await service.deps.reader.select().from(careTeam).where(eq(careTeam.encounterId, id));
    expect(team).toMatchObject([{ userId: people.resident.id, until: null }]);
    const [event] = await service.deps.reader.select().from(outbox).orderBy(desc(outbox.id)).limit(1);
    expect(event).toMatchObject({
      event: 'encounter:opened',
      payload: JSON.stringify({ encounterId: id, wardId: wardOfA }),
    });
    expect(await lastAudit()).toMatchObject({
      action: 'encounter:created',
      encounterId: id,
      patientId: uuid(3),
    });
    const { unassigned } = await board(people.resident);
    expect(unassigned.find(({ encounterId }) => encounterId === id)).toMatchObject({ mine: true });
  });

  it('a clerk may open one, and joins no care team', async () => {
    const { id } = (await (await open(people.clerk, draft)).json()) as { id: string };
    expect(await service.deps.reader.select().from(careTeam).where(eq(careTeam.encounterId, id))).toEqual([]);
  });

  it('twice under one idempotency key is one encounter', async () => {
    const headers = { 'Idempotency-Key': 'admit-1' };
    const answers = await Promise.all([
      open(people.nurse, draft, headers),
      open(people.nurse, draft, headers),
    ]);
    const [one, two] = await Promise.all(answers.map((answer) => answer.json() as Promise<{ id: string }>));
    expect(one).toEqual(two);
  });

  it.each([
    ['an unknown patient', { ...draft, patientId: uuid(999) }, 404],
    ["another site's patient", { ...draft, patientId: uuid(5) }, 404],
    ["another site's ward", { ...draft, wardId: wardOfB }, 404],
    ['a class that is not charted here', { ...draft, class: 'XYZ' }, 400],
    ['more than it takes', { ...draft, status: 'finished' }, 400],
  ])('is refused for %s', async (_why, body, status) => {
    expect((await open(people.nurse, body)).status).toBe(status);
  });

  it.each(['student', 'pharmacist', 'physiotherapist', 'auditor', 'admin'] as const)(
    'is not for the %s',
    async (role) => {
      expect((await open(people[role], draft)).status).toBe(403);
    },
  );
});
