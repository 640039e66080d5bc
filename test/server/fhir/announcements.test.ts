import { asc, gt } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox } from '../../../server/outbox/tables.ts';
import { systems } from '../../../shared/patients/codes.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { fhirApi, idIn, type FhirApi } from '../../support/fhir.ts';
import { people, siteA, wardOfA, type Person } from '../../support/people.ts';

type Json = Record<string, unknown>;

let api: FhirApi;
let seen = 0;
const una = uuid(1);
const stay = uuid(2);
const reference = { reference: `Patient/${una}` };
const otherWard = 'e1a50000-0000-4000-8000-0000000000a2';

const inWard = (wardId: string): Json => ({
  resourceType: 'Encounter',
  id: stay,
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  subject: reference,
  location: [{ location: { identifier: { system: systems.ward, value: wardId } } }],
});

beforeAll(async () => {
  api = await fhirApi();
  const patient = { resourceType: 'Patient', id: una, name: [{ family: 'Testcase' }] };
  await write(people.admin, 'POST', '', transaction(patient, inWard(wardOfA)));
});
afterAll(() => api.close());
beforeEach(async () => void (await announced()));

/** What has been announced since it was last asked. */
async function announced(): Promise<{ event: string; payload: Json }[]> {
  const rows = await api.service.deps.reader
    .select()
    .from(outbox)
    .where(gt(outbox.id, seen))
    .orderBy(asc(outbox.id));
  seen = rows.at(-1)?.id ?? seen;
  return rows.map(({ event, payload }) => ({ event, payload: JSON.parse(payload) as Json }));
}

async function write(person: Person, method: string, path: string, body?: unknown): Promise<string> {
  const answer = await api.ask(person, method, path, body);
  expect([answer.status, answer.text]).toEqual([expect.toSatisfy((status) => status < 300), answer.text]);
  return idIn(answer);
}

const here = { patientId: una, wardId: wardOfA, encounterIds: [stay] };
const coded = (system: string, code: string): Json => ({ coding: [{ system, code }] });
const observation = (category: string, code: string): Json => ({
  resourceType: 'Observation',
  status: 'final',
  category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', category)],
  code: coded('http://loinc.org', code),
  subject: reference,
});

const entries: [string, Person, Json][] = [
  [
    'allergies',
    people.nurse,
    {
      resourceType: 'AllergyIntolerance',
      clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', 'active'),
      patient: reference,
    },
  ],
  ['problems', people.attending, { resourceType: 'Condition', subject: reference }],
  [
    'medicines',
    people.attending,
    {
      resourceType: 'MedicationStatement',
      status: 'active',
      medicationCodeableConcept: { text: 'x' },
      subject: reference,
    },
  ],
  [
    'immunisations',
    people.nurse,
    {
      resourceType: 'Immunization',
      status: 'completed',
      vaccineCode: { text: 'x' },
      patient: reference,
      occurrenceDateTime: '2026-01-02',
    },
  ],
  [
    'family-history',
    people.attending,
    {
      resourceType: 'FamilyMemberHistory',
      status: 'completed',
      relationship: { text: 'Mother' },
      patient: reference,
    },
  ],
  ['social-history', people.nurse, observation('social-history', '72166-2')],
  ['measures', people.nurse, observation('vital-signs', '29463-7')],
  [
    'flags',
    people.nurse,
    { resourceType: 'Flag', status: 'active', code: { text: 'Falls' }, subject: reference },
  ],
  [
    'code-status',
    people.attending,
    {
      resourceType: 'Flag',
      status: 'active',
      category: [coded(systems.flagCategory, 'code-status')],
      code: { text: 'Do not attempt resuscitation' },
      subject: reference,
    },
  ],
];

describe('an open chart is told', () => {
  it.each(entries)(
    'of an entry of %s that was written over FHIR, and of its end',
    async (list, who, body) => {
      const { resourceType } = body;
      const id = await write(who, 'POST', `/${String(resourceType)}`, body);
      const told = [{ event: 'chart:changed', payload: { ...here, lists: [list] } }];
      expect(await announced()).toEqual(told);
      await write(who, 'PUT', `/${String(resourceType)}/${id}`, { ...body, id });
      expect(await announced()).toEqual([]);
      await write(who, 'DELETE', `/${String(resourceType)}/${id}`);
      expect(await announced()).toEqual(told);
    },
  );

  it('of what stands on no list too, such as a report', async () => {
    const report = {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'x' },
      subject: reference,
    };
    await write(people.admin, 'POST', '/DiagnosticReport', report);
    expect(await announced()).toEqual([{ event: 'chart:changed', payload: { ...here, lists: [] } }]);
  });

  it('once of a transaction of many', async () => {
    const [[, , allergy], [, , problem]] = entries as [(typeof entries)[0], (typeof entries)[0]];
    await write(people.attending, 'POST', '', transaction(allergy, problem, allergy));
    expect(await announced()).toEqual([
      { event: 'chart:changed', payload: { ...here, lists: ['allergies', 'problems'] } },
    ]);
  });

  it('of nothing that was refused', async () => {
    const [[, , allergy]] = entries as [(typeof entries)[0]];
    const answer = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', { ...allergy, type: 'none' });
    expect(answer.status).toBe(422);
    expect(await announced()).toEqual([]);
  });
});

describe('a board is told', () => {
  it('of vital signs', async () => {
    const encounter = { reference: `Encounter/${stay}` };
    await write(people.nurse, 'POST', '/Observation', { ...observation('vital-signs', '8867-4'), encounter });
    const payload = { encounterId: stay, wardId: wardOfA };
    expect(await announced()).toEqual([{ event: 'observations:recorded', payload }]);
  });

  it('of an encounter that moves: the one that is left and the one that is come to', async () => {
    await write(people.admin, 'PUT', `/Encounter/${stay}`, inWard(otherWard));
    const first = await announced();
    await write(people.admin, 'PUT', `/Encounter/${stay}`, inWard(wardOfA));
    const payload = (wardIds: string[]): Json => ({ encounterIds: [stay], wardIds });
    expect([...first, ...(await announced())]).toEqual([
      { event: 'encounter:moved', payload: payload([wardOfA, otherWard]) },
      { event: 'encounter:moved', payload: payload([otherWard, wardOfA]) },
    ]);
  });

  it('of who somebody is', async () => {
    await write(people.nurse, 'PUT', `/Patient/${una}`, {
      resourceType: 'Patient',
      id: una,
      name: [{ family: 'Known' }],
    });
    expect(await announced()).toEqual([
      {
        event: 'patient:changed',
        payload: { patientIds: [una], encounterIds: [stay], wardIds: [wardOfA] },
      },
    ]);
  });
});

it('an import tells all charts and boards that show more now, and a second one nobody', async () => {
  const bundle = transaction(
    { resourceType: 'Patient', id: uuid(11), name: [{ family: 'Import' }] },
    { ...inWard(otherWard), id: uuid(12), subject: { reference: `Patient/${uuid(11)}` } },
    { resourceType: 'Condition', id: uuid(13), subject: reference },
  );
  await write(people.admin, 'POST', '', bundle);
  const [told, ...more] = await announced();
  expect(more).toEqual([]);
  expect(told).toEqual({
    event: 'records:imported',
    payload: {
      source: siteA,
      siteId: siteA,
      patientIds: [uuid(11), una],
      encounterIds: [stay, uuid(12)],
      wardIds: [wardOfA, otherWard],
    },
  });
  await write(people.admin, 'POST', '', bundle);
  expect(await announced()).toEqual([]);
});
