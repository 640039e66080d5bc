import { rm } from 'node:fs/promises';
import { nobody } from '../../../server/audit/trail.ts';
import { detect } from '../../../server/terminology/formats/detect.ts';
import { loadRelease } from '../../../server/terminology/load.ts';
import { codeSystems } from '../../../server/terminology/starter.ts';
import { temporaryFolder } from '../../support/database.ts';
import { writeRxnorm } from '../../support/terminologyFiles.ts';
import type { Banner } from '../../../shared/patients/schema.ts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { outbox } from '../../../server/outbox/tables.ts';
import { readHistory, readOfPatient, readResource } from '../../../server/records/recordStore.ts';
import { roles } from '../../../shared/access/capabilities.ts';
import { can } from '../../../shared/access/can.ts';
import { capabilityOf, listNames, type ListName } from '../../../shared/lists/names.ts';
import type { Doubts, ListItem, ListsAnswer } from '../../../shared/lists/wire.ts';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { patientId, seedEncounter } from '../../support/chart.ts';
import { people, type Person } from '../../support/people.ts';

type Body = Record<string, unknown>;
interface Answered {
  status: number;
  body: {
    id: string;
    version: number;
    type?: string;
    current?: ListItem;
    items: ListItem[];
  } & Partial<Doubts> &
    Body;
}

let service: TestApp;
const cookies = new Map<string, string>();

async function ask(
  person: Person,
  method: string,
  path: string,
  body?: Body,
  headers: Record<string, string> = {},
): Promise<Answered> {
  if (!cookies.has(person.username)) cookies.set(person.username, await service.cookieOf(person));
  const response = await service.ask(method, `/api/patients/${patientId}/${path}`, {
    cookie: cookies.get(person.username)!,
    headers,
    ...(body && { body }),
  });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}

const { nurse, resident, attending, pharmacist } = people;
const add = (list: ListName, entry: Body, more: Body = {}, person: Person = resident) =>
  ask(person, 'POST', list, { entry, ...more });
const listOf = async (list: ListName) => {
  const { body } = await ask(nurse, 'GET', 'lists');
  return (body as unknown as ListsAnswer).lists[list];
};
const stored = async (type: string, id: string): Promise<Resource> =>
  JSON.parse((await readResource(service.deps.reader, type, id))!.json) as Resource;

const allergy = (text: string, more: Body = {}): Body => ({
  substance: { text },
  certainty: 'confirmed',
  reactions: [{ manifestation: { text: 'rash' }, severity: 'mild' }],
  ...more,
});
const problem = (text: string, more: Body = {}): Body => ({
  problem: { text },
  category: 'problem-list-item',
  course: 'active',
  certainty: 'confirmed',
  ...more,
});
const medicine = (text: string, dosing: Body | null = null): Body => ({ medicine: { text }, dosing });
const weight = (value: string, unit = 'kg'): Body => ({ what: 'weight', value, unit, method: 'measured' });

async function open(): Promise<void> {
  service = await testApp();
  await seedEncounter(service.deps);
  cookies.clear();
}

describe('an entry of a list', () => {
  beforeAll(open);
  afterAll(() => service.close());

  test('is on record with who and when, its Provenance, an audit row without its words, and an announcement', async () => {
    const added = await add('allergies', allergy('penicillin', { criticality: 'high' }), {}, nurse);
    expect(added).toMatchObject({ status: 201, body: { version: 1 } });
    const { reader } = service.deps;
    expect(await stored('AllergyIntolerance', added.body.id)).toMatchObject({
      clinicalStatus: { coding: [{ code: 'active' }] },
      verificationStatus: { coding: [{ code: 'confirmed' }] },
      criticality: 'high',
      code: { text: 'penicillin' },
      patient: { reference: `Patient/${patientId}` },
      recorder: { display: nurse.name },
      reaction: [{ manifestation: [{ text: 'rash' }], severity: 'mild' }],
    });
    const made = await readOfPatient(reader, patientId, ['Provenance']);
    expect(JSON.stringify(made)).toContain(`AllergyIntolerance/${added.body.id}/_history/1`);
    const [row] = await reader.select().from(audit).where(eq(audit.action, 'list:added'));
    expect(row).toMatchObject({ patientId, userId: nurse.id, entity: `AllergyIntolerance/${added.body.id}` });
    expect(JSON.stringify(row)).not.toContain('penicillin');
    const [event] = await reader.select().from(outbox).where(eq(outbox.event, 'chart:changed'));
    expect(JSON.parse(event!.payload)).toMatchObject({ patientId, lists: ['allergies'] });
    expect(event!.payload).not.toContain('penicillin');
    expect((await listOf('allergies')).items[0]).toMatchObject({
      line: { title: 'penicillin', detail: 'rash (mild), high risk' },
      recorded: { by: nurse.name, at: service.deps.now().toISOString() },
    });
  });

  test('sent twice under one key is one entry', async () => {
    const key = { 'Idempotency-Key': 'one-and-the-same' };
    const entry = problem('Gout');
    const first = await ask(resident, 'POST', 'problems', { entry }, key);
    const second = await ask(resident, 'POST', 'problems', { entry }, key);
    expect(second).toEqual(first);
    expect((await listOf('problems')).items).toHaveLength(1);
  });

  test('that is not in the form of its list is refused, field by field, and so is a date that has not come', async () => {
    const { status, body } = await add('allergies', { ...allergy('x'), criticality: 'very' });
    expect(status).toBe(400);
    expect(body['errors']).toEqual([expect.objectContaining({ path: '/entry/criticality' })]);
    expect((await add('problems', problem('Asthma', { onset: '2999' }))).status).toBe(400);
  });

  test('about the same thing is asked about, and taken when it is meant', async () => {
    const again = allergy('Pénicillin');
    const asked = await add('allergies', again);
    expect(asked).toMatchObject({
      status: 422,
      body: { duplicates: [{ line: { title: 'penicillin' } }] },
    });
    expect((await add('allergies', again, { anyway: true })).status).toBe(201);
  });

  test('of the same ingredient in another strength is a duplicate too', async () => {
    expect((await add('medicines', medicine('furosemide 40 mg tablet'))).status).toBe(201);
    const asked = await add('medicines', medicine('furosemide 20 mg tablet'));
    expect(asked.body.duplicates).toHaveLength(1);
  });

  test('of the same ingredient under a brand of its own is a duplicate too, and it is said which', async () => {
    const folder = await temporaryFolder();
    for (const release of await (await detect(writeRxnorm(folder))).read({}))
      await loadRelease(service.deps, release, { source: 'test', digest: 'test', actor: nobody });
    await rm(folder, { recursive: true, force: true });
    const coded = (code: string, display: string) => ({
      text: display,
      coding: { system: codeSystems.rxnorm, code, display },
    });
    const brand = { medicine: coded('6', 'Augmentin 875'), dosing: null };
    expect((await add('medicines', brand)).status).toBe(201);
    const generic = { medicine: coded('723', 'amoxicillin'), dosing: null };
    const asked = await add('medicines', generic);
    expect(asked).toMatchObject({
      status: 422,
      body: { duplicates: [{ line: { title: 'Augmentin 875' }, shares: ['amoxicillin'] }] },
    });
    expect((await add('medicines', { medicine: coded('9', 'naïvamycin'), dosing: null })).status).toBe(201);
    expect(
      (await add('allergies', { ...allergy(''), substance: coded('48203', 'clavulanate') })).status,
    ).toBe(201);
    const again = await add('allergies', { ...allergy(''), substance: coded('4', 'co-amoxiclav tablet') });
    expect(again.body.duplicates).toMatchObject([{ shares: ['clavulanate'] }]);
  });

  test('changed by two at once is changed by one; the other is shown what stands there now', async () => {
    const { body } = await add('problems', problem('Migraine'));
    const change = (person: Person, severity: string) =>
      ask(person, 'PUT', `problems/${body.id}`, { version: 1, entry: problem('Migraine', { severity }) });
    const answers = await Promise.all([change(resident, 'mild'), change(attending, 'severe')]);
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status);
    expect(won).toMatchObject({ status: 200, body: { version: 2 } });
    expect(lost).toMatchObject({ status: 409, body: { type: 'conflict' } });
    const now = (await listOf('problems')).items.find(({ id }) => id === body.id)!;
    expect(lost!.body.current).toEqual(now);
    expect(now.version).toBe(2);
  });

  test('ends with an outcome, stays in the record, and can be brought back as it was', async () => {
    const entry = problem('Pneumonia', { onset: '2026-01' });
    const { body } = await add('problems', entry);
    const ended = await ask(resident, 'POST', `problems/${body.id}/end`, {
      version: 1,
      outcome: 'resolved',
      reason: 'Clear on film',
    });
    expect(ended).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await stored('Condition', body.id)).toMatchObject({
      clinicalStatus: { coding: [{ code: 'resolved' }] },
      abatementDateTime: expect.any(String) as string,
    });
    const after = await listOf('problems');
    expect(after.items.some(({ id }) => id === body.id)).toBe(false);
    expect(after.others).toBeGreaterThan(0);
    const all = await ask(nurse, 'GET', 'problems');
    expect(all.body.items.find(({ id }) => id === body.id)).toMatchObject({
      standing: 'ended',
      endingReason: 'Clear on film',
    });
    const change = { version: 2, entry };
    expect((await ask(resident, 'PUT', `problems/${body.id}`, change)).status).toBe(422);

    const back = await ask(resident, 'POST', `problems/${body.id}/restore`, { version: 2, to: 1 });
    expect(back).toMatchObject({ status: 200, body: { version: 3 } });
    const [third, , first] = await readHistory(service.deps.reader, 'Condition', body.id);
    expect(JSON.parse(third!.json)).toEqual(JSON.parse(first!.json));
  });

  test('entered in error keeps no clinical status, and its versions tell who said so and why', async () => {
    const { body } = await add('allergies', allergy('latex'), {}, nurse);
    const undone = await ask(pharmacist, 'POST', `allergies/${body.id}/error`, {
      version: 1,
      reason: 'Other patient',
    });
    expect(undone.status).toBe(200);
    const now = await stored('AllergyIntolerance', body.id);
    expect(now).not.toHaveProperty('clinicalStatus');
    expect(now).toMatchObject({ verificationStatus: { coding: [{ code: 'entered-in-error' }] } });
    const versions = await ask(nurse, 'GET', `allergies/${body.id}/versions`);
    expect(versions.body.items).toMatchObject([
      { version: 2, standing: 'error', recorded: { by: pharmacist.name, reason: 'Other patient' } },
      { version: 1, standing: 'holds', recorded: { by: nurse.name } },
    ]);
  });

  test('of another list, or of nobody, is not there', async () => {
    const { body } = await add('problems', problem('Eczema'));
    const end = { version: 1, outcome: 'resolved', reason: 'x' };
    expect((await ask(resident, 'POST', `allergies/${body.id}/end`, end)).status).toBe(404);
    expect((await ask(resident, 'GET', 'nonsense')).status).toBe(404);
  });

  test('is recorded by those whose role may, and by nobody else', async () => {
    for (const list of listNames) {
      for (const role of roles) {
        const { status } = await add(list, {}, {}, people[role]);
        expect([list, role, status]).toEqual([list, role, can(people[role], capabilityOf[list]) ? 400 : 403]);
      }
    }
  });
});

describe('"none known" and "not recorded"', () => {
  beforeAll(open);
  afterAll(() => service.close());

  test.each(['problems', 'allergies', 'medicines', 'immunisations', 'family-history', 'procedures'] as const)(
    '%s: nobody asked is one thing, asked and none is another, and something ends both',
    async (list) => {
      const something: Record<typeof list, Body> = {
        problems: problem('Gout'),
        allergies: allergy('latex'),
        medicines: medicine('warfarin'),
        immunisations: { vaccine: { text: 'Influenza' }, given: 'given', where: 'elsewhere' },
        'family-history': { relationship: { text: 'Father' }, conditions: [] },
        procedures: { procedure: { text: 'Appendicectomy' } },
      };
      expect(await listOf(list)).toMatchObject({ state: 'unknown', none: null });
      const said = await ask(resident, 'POST', `${list}/none`);
      expect(said.status).toBe(200);
      expect(await listOf(list)).toMatchObject({ state: 'none', none: { recorded: { by: resident.name } } });
      const added = await add(list, something[list]);
      expect(added.status).toBe(201);
      expect(await listOf(list)).toMatchObject({ state: 'listed', none: null });
      expect((await ask(resident, 'POST', `${list}/none`)).status).toBe(409);
      // Gone again, it is not "none": nobody has said so since.
      const gone = { version: 1, reason: 'Wrong chart' };
      expect((await ask(resident, 'POST', `${list}/${added.body.id}/error`, gone)).status).toBe(200);
      expect(await listOf(list)).toMatchObject({ state: 'unknown', none: null });
      expect((await ask(resident, 'POST', `${list}/none`)).status).toBe(200);
      expect(await listOf(list)).toMatchObject({ state: 'none' });
    },
  );

  test('said and contradicted at the same moment never both hold', async () => {
    for (const substance of ['kiwi', 'nickel', 'heparin', 'pollen', 'wasp venom']) {
      const [none, added] = await Promise.all([
        ask(nurse, 'POST', 'allergies/none'),
        add('allergies', allergy(substance), {}, resident),
      ]);
      expect(added.status).toBe(201);
      expect([200, 409]).toContain(none.status);
      expect(await listOf('allergies')).toMatchObject({ state: 'listed', none: null });
    }
  });
});

describe('lists with rules of their own', () => {
  beforeAll(open);
  afterAll(() => service.close());

  test('a code status needs a reason and whom it was discussed with; a second takes the place of the first or is refused', async () => {
    const entry = { status: 'no-cpr', reason: 'Wish of the patient', discussedWith: 'the patient' };
    expect((await add('code-status', { status: 'no-cpr' })).status).toBe(400);
    expect((await add('code-status', { ...entry, status: 'limited' })).status).toBe(400);
    const both = await Promise.all([
      add('code-status', entry),
      add('code-status', { ...entry, status: 'full' }, {}, attending),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const [first] = (await listOf('code-status')).items;
    const changed = await ask(attending, 'PUT', `code-status/${first!.id}`, {
      version: 1,
      entry: { ...entry, limits: 'no intubation' },
    });
    expect(changed.status).toBe(200);
    const chart = await service.ask('GET', `/api/patients/${patientId}`, { cookie: cookies.get('nurse')! });
    expect(await chart.json()).toMatchObject({
      banner: { codeStatus: { text: 'No CPR: no intubation' } },
    });
  });

  test('a weight that nobody has is refused, an unlikely one is asked about, and pounds stay pounds', async () => {
    expect((await add('measures', weight('7140'))).status).toBe(400);
    expect((await add('measures', weight('71.40'), {}, nurse)).status).toBe(201);
    const asked = await add('measures', weight('157.4'));
    expect(asked).toMatchObject({ status: 422, body: { odd: ['weight-changed'] } });
    service.deps.clock.step(60_000);
    const inPounds = await add('measures', weight('157.4', 'lb'));
    expect(inPounds.status).toBe(201);
    const { items } = await listOf('measures');
    expect(items.map(({ line }) => line.detail)).toContain('157.4\u00A0lb (71.4\u00A0kg)');
    const text = (await readResource(service.deps.reader, 'Observation', inPounds.body.id))!.json;
    expect(text).toContain('"value":157.4');
    const chart = await service.ask('GET', `/api/patients/${patientId}`, { cookie: cookies.get('nurse')! });
    const { banner } = (await chart.json()) as { banner: { weight: { kg: number } } };
    expect(banner.weight.kg).toBeCloseTo(71.395, 2);
  });

  // The site is in Brussels, and it is 2 March 2026, 09:00 there.
  test.each([
    ['2025-07-21T07:15', '2025-07-21T07:15:00+02:00'],
    ['2026-02-21T07:15:30', '2026-02-21T07:15:30+01:00'],
    ['2026-03-02T00:30', '2026-03-02T00:30:00+01:00'],
    ['2026-02-21T07:15:00-05:00', '2026-02-21T07:15:00-05:00'],
    ['2026-02', '2026-02'],
  ])('a moment written as %s is that of the site’s clocks', async (at, recorded) => {
    const weight = { what: 'weight', value: '70', unit: 'kg', method: 'measured', at };
    const added = await add('measures', weight, { anyway: true });
    expect(added.status).toBe(201);
    const stored = await readResource(service.deps.reader, 'Observation', added.body.id);
    expect(JSON.parse(stored!.json)).toMatchObject({ effectiveDateTime: recorded });
  });

  test.each([
    ['2025-03-30T02:30', 'The clocks went forward over this time: it did not come that day.'],
    [
      '2025-10-26T02:30',
      'This time came twice that day. Write which one: 2025-10-26T02:30:00+02:00 or 2025-10-26T02:30:00+01:00.',
    ],
    ['2026-03-02T09:30', 'This date has not come yet.'],
  ])('a moment that never was, was twice or has not come is asked again: %s', async (at, message) => {
    const weight = { what: 'weight', value: '70', unit: 'kg', method: 'measured', at };
    const refused = await add('measures', weight, { anyway: true });
    expect([refused.status, (refused.body['errors'] as { message: string }[])[0]!.message]).toEqual([
      400,
      message,
    ]);
  });

  test('of what is observed again and again the newest holds, and the others stay', async () => {
    const smoking = (said: string, at: string) => ({ what: 'smoking', smoking: said, at });
    await add('social-history', smoking('former', '2026-02'));
    await add('social-history', smoking('daily', '2019'));
    await add('social-history', { what: 'occupation', text: 'Welder', at: '2020' });
    const now = await listOf('social-history');
    expect(now.items.map(({ line }) => line.detail)).toEqual(['Former smoker', 'Welder']);
    expect(now.others).toBe(1);
  });

  test('a pregnancy stands in the banner with when and by whom, until somebody says that there is none', async () => {
    const banner = async () => {
      const chart = await service.ask('GET', `/api/patients/${patientId}`, { cookie: cookies.get('nurse')! });
      return ((await chart.json()) as { banner: Banner }).banner.pregnancy;
    };
    const said = (status: string, at: string) => ({ what: 'pregnancy', status, at });
    expect(await banner()).toBeNull();
    await add('measures', { ...said('pregnant', '2026-01-20'), dueDate: '2026-08-01' }, {}, nurse);
    expect(await banner()).toMatchObject({ status: 'pregnant', since: '2026-01-20', dueDate: '2026-08-01' });
    expect((await banner())!.by).toContain(nurse.name);
    await add('measures', said('not-pregnant', '2025-12-01'));
    expect(await banner()).not.toBeNull();
    await add('measures', said('not-pregnant', '2026-02-01'));
    expect(await banner()).toBeNull();
  });

  test('an isolation that ends leaves the banner', async () => {
    const entry = { kind: 'isolation', text: 'Contact isolation' };
    const { body } = await add('flags', entry, {}, nurse);
    const flags = async () => {
      const chart = await service.ask('GET', `/api/patients/${patientId}`, { cookie: cookies.get('nurse')! });
      return ((await chart.json()) as { banner: { flags: unknown[] } }).banner.flags;
    };
    expect(await flags()).toEqual([{ kind: 'isolation', text: 'Contact isolation' }]);
    await ask(nurse, 'POST', `flags/${body.id}/end`, { version: 1, outcome: 'ended' });
    expect(await flags()).toEqual([]);
  });
});

describe('a review of the home medicines', () => {
  beforeAll(open);
  afterAll(() => service.close());

  test('confirms, changes and stops in one act, on exactly the list that was looked at', async () => {
    const dosing = { dose: { value: '2.50', unit: 'mg' }, route: 'oral', timing: 'QD' };
    const [kept, changed, stopped] = [
      await add('medicines', medicine('bisoprolol 2.5 mg tablet', dosing)),
      await add('medicines', medicine('warfarin 1 mg tablet')),
      await add('medicines', medicine('ibuprofen 400 mg tablet')),
    ].map(({ body }) => body.id);
    const lines = [
      { what: 'confirmed', id: kept, version: 1 },
      { what: 'changed', id: changed, version: 1, entry: medicine('warfarin 3 mg tablet') },
      { what: 'ended', id: stopped, version: 1, outcome: 'stopped', reason: 'Kidney function' },
    ];
    // Somebody adds one meanwhile: the list that was reviewed is not the list that is there.
    const late = await add('medicines', medicine('digoxin 125 micrograms tablet'), {}, nurse);
    const moved = await ask(pharmacist, 'POST', 'medicines/reviewed', { lines });
    expect(moved).toMatchObject({ status: 409, body: { current: { id: late.body.id } } });
    expect((await listOf('medicines')).reviewed).toBeNull();

    const whole = { lines: [...lines, { what: 'confirmed', id: late.body.id, version: 1 }] };
    expect((await ask(pharmacist, 'POST', 'medicines/reviewed', whole)).status).toBe(200);
    const now = await listOf('medicines');
    expect(now.reviewed).toEqual({ by: pharmacist.name, at: service.deps.now().toISOString() });
    expect(now.items.map(({ line, version }) => [line.title, version]).toSorted()).toEqual([
      ['bisoprolol 2.5 mg tablet', 1],
      ['digoxin 125 micrograms tablet', 1],
      ['warfarin 3 mg tablet', 2],
    ]);
    expect(await stored('MedicationStatement', stopped!)).toMatchObject({
      status: 'stopped',
      statusReason: [{ text: 'Kidney function' }],
    });
    const [list] = await readOfPatient(service.deps.reader, patientId, ['List']);
    expect(list).toMatchObject({ status: 'current', code: { coding: [{ code: '10160-0' }] } });
    expect(list!['entry']).toHaveLength(3);
    // Once more, with what has changed in the meantime: stale lines are refused whole.
    expect((await ask(pharmacist, 'POST', 'medicines/reviewed', whole)).status).toBe(409);
  });

  test('of a list of which nobody has said anything is no review', async () => {
    expect((await ask(nurse, 'POST', 'allergies/reviewed', { lines: [] })).status).toBe(422);
    await ask(nurse, 'POST', 'allergies/none');
    expect((await ask(nurse, 'POST', 'allergies/reviewed', { lines: [] })).status).toBe(200);
    const list = (await readOfPatient(service.deps.reader, patientId, ['List'])).find((each) =>
      JSON.stringify(each).includes('48765-2'),
    );
    expect(list).toMatchObject({ emptyReason: { coding: [{ code: 'nilknown' }] } });
  });
});
