import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { checkBundle } from '../../../server/fhir/bundle.ts';
import { importBundle } from '../../../server/fhir/importBundle.ts';
import { chartSummary, type PatientSummary } from '../../../shared/patients/schema.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { people, siteA, siteB, wardOfA, type Person } from '../../support/people.ts';

let service: TestApp;
const cookies = new Map<string, string>();

async function ask(person: Person, path: string): Promise<Response> {
  if (!cookies.has(person.username)) cookies.set(person.username, await service.cookieOf(person));
  return service.ask('GET', path, { cookie: cookies.get(person.username)! });
}

async function load(siteId: string, ...resources: Record<string, unknown>[]): Promise<void> {
  const bundle = checkBundle(transaction(...resources));
  if (!bundle.ok) throw new Error('bad bundle');
  const imported = await importBundle(service.deps, bundle.value, { siteId, source: siteId, actor: nobody });
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
}

const patient = (
  number: number,
  family: string,
  given: string,
  birthDate: string,
): Record<string, unknown> => ({
  resourceType: 'Patient',
  id: uuid(number),
  name: [{ use: 'official', family, given: [given] }],
  birthDate,
  gender: 'female',
  identifier: [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      value: `MRN-${number}`,
    },
  ],
});
const subject = (number: number) => ({ subject: { reference: `urn:uuid:${uuid(number)}` } });

beforeAll(async () => {
  service = await testApp();
  const lies = (number: number, of: number, bed: string): Record<string, unknown> => ({
    resourceType: 'Encounter',
    id: uuid(number),
    status: 'in-progress',
    class: { code: 'IMP' },
    ...subject(of),
    reasonCode: [{ text: 'Pneumonia' }],
    period: { start: '2026-03-01T10:00:00Z' },
    location: [
      {
        location: { identifier: { system: 'https://cochart.dev/fhir/ward', value: wardOfA } },
        status: 'active',
      },
      { location: { identifier: { system: 'https://cochart.dev/fhir/bed', value: bed } }, status: 'active' },
    ],
  });
  await load(
    siteA,
    patient(1, 'García Márquez', 'Inés', '1957-02-14'),
    patient(2, 'Garcia', 'Ana', '1980-12-01'),
    patient(3, 'Okafor', 'Ada', '1957-02-14'),
    lies(11, 1, '2'),
    {
      resourceType: 'AllergyIntolerance',
      id: uuid(21),
      patient: { reference: `urn:uuid:${uuid(1)}` },
      code: { text: 'Penicillin' },
      criticality: 'high',
    },
    { resourceType: 'Condition', id: uuid(22), ...subject(1), code: { text: 'Asthma' } },
    {
      resourceType: 'Observation',
      id: uuid(23),
      status: 'final',
      ...subject(1),
      category: [{ coding: [{ code: 'laboratory' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '6298-4', display: 'Potassium' }] },
      effectiveDateTime: '2026-03-02T06:00:00Z',
      valueQuantity: { value: 5.9, unit: 'mmol/L' },
    },
  );
  await load(siteB, patient(4, 'Garcia', 'Bea', '1999-09-09'));
});
afterAll(() => service.close());

const lastAudit = async () =>
  (await service.deps.reader.select().from(audit).orderBy(desc(audit.seq)).limit(1))[0]!;

describe('the search for patients', () => {
  const found = async (q: string, person = people.nurse): Promise<string[]> => {
    const response = await ask(person, `/api/patients?q=${encodeURIComponent(q)}`);
    expect(response.status).toBe(200);
    const { items } = (await response.json()) as { items: PatientSummary[] };
    return items.map(({ given }) => given);
  };

  it.each([
    ['garcia', ['Ana', 'Inés']],
    ['márq', ['Inés']],
    ['ines gar', ['Inés']],
    ['mrn-3', ['Ada']],
    ['14-Feb-1957', ['Inés', 'Ada']],
    ['1957-02-14 oka', ['Ada']],
    ['nobody', []],
    ['%', ['Ana', 'Inés', 'Ada']],
    ['', ['Ana', 'Inés', 'Ada']],
  ])('%j finds %j, at the own site only', async (q, given) => {
    expect((await found(q)).sort()).toEqual([...given].sort());
  });

  it("is a clerk's too, and keeps to the site of whoever asks", async () => {
    expect(await found('garcia', people.clerk)).toHaveLength(2);
    expect(await found('garcia', people.nurseB)).toEqual(['Bea']);
  });

  it('is audited without the words', async () => {
    await found('okafor');
    const row = await lastAudit();
    expect(row).toMatchObject({ action: 'patients:searched', userId: people.nurse.id });
    expect(JSON.stringify({ ...row, hash: null, prevHash: null })).not.toMatch(/okafor/i);
  });

  it('comes in pages, each naming the query of the next', async () => {
    const crowd = Array.from({ length: 60 }, (_each, index) =>
      patient(100 + index, 'Page', `G${index}`, '2000-01-01'),
    );
    await load(siteA, ...crowd);
    const seen = new Set<string>();
    let query: string | undefined = 'q=page';
    let pages = 0;
    while (query !== undefined) {
      const response = await ask(people.nurse, `/api/patients?${query}`);
      const list = (await response.json()) as { items: PatientSummary[]; next?: string };
      for (const { id } of list.items) seen.add(id);
      query = list.next;
      pages++;
    }
    expect([pages, seen.size]).toEqual([2, 60]);
  });
});

describe('a chart', () => {
  it('opens with banner, problems, allergies, results and encounters', async () => {
    const response = await ask(people.nurse, `/api/patients/${uuid(1)}`);
    const chart = chartSummary.parse(await response.json());
    expect(chart.banner).toMatchObject({
      patient: { name: 'GARCÍA MÁRQUEZ, Inés', mrn: 'MRN-1' },
      location: { ward: 'Medicine', bed: '2' },
      allergies: { state: 'listed', items: [{ substance: 'Penicillin' }] },
    });
    expect(chart.problems).toMatchObject({ items: [{ title: 'Asthma' }] });
    expect(chart.medicines).toEqual({ state: 'unknown' });
    expect(chart.results).toMatchObject([{ name: 'Potassium', points: [{ value: 5.9 }] }]);
    expect(chart.encounters).toMatchObject([
      { id: uuid(11), reason: 'Pneumonia', wardName: 'Medicine', bed: '2' },
    ]);
    expect(chart.counts).toMatchObject({ Observation: 1, Condition: 1 });
    expect(await lastAudit()).toMatchObject({
      action: 'chart:opened',
      patientId: uuid(1),
      userId: people.nurse.id,
    });
  });

  it('is not opened when the audit row cannot be written', async () => {
    const { writer } = service.deps;
    service.deps.writer = { ...writer, commit: () => Promise.reject(new Error('disk full')) };
    try {
      const response = await ask(people.nurse, `/api/patients/${uuid(1)}`);
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('Inés');
    } finally {
      service.deps.writer = writer;
    }
  });

  it('of another site looks like one that does not exist', async () => {
    const [other, missing] = await Promise.all([
      ask(people.nurse, `/api/patients/${uuid(4)}`),
      ask(people.nurse, `/api/patients/${uuid(999)}`),
    ]);
    const bodyOf = async (response: Response): Promise<object> => ({
      ...((await response.json()) as object),
      requestId: null,
    });
    expect([other.status, missing.status]).toEqual([404, 404]);
    expect(await bodyOf(other)).toEqual(await bodyOf(missing));
  });

  it('shows a clerk who it is and when they came, and nothing clinical', async () => {
    const response = await ask(people.clerk, `/api/patients/${uuid(1)}`);
    const text = await response.text();
    const answer = JSON.parse(text) as { encounters: unknown[] };
    expect(Object.keys(answer)).toEqual(['patient', 'encounters']);
    expect(answer.encounters).toMatchObject([{ id: uuid(11), reason: null }]);
    expect(text).not.toMatch(/penicillin|asthma|pneumonia|potassium/i);
    expect(await lastAudit()).toMatchObject({ action: 'demographics:opened', userId: people.clerk.id });
  });

  it.each(['auditor', 'admin', 'patient'] as const)('is not for the %s', async (role) => {
    expect((await ask(people[role], `/api/patients/${uuid(1)}`)).status).toBe(403);
    expect((await ask(people[role], '/api/patients?q=garcia')).status).toBe(403);
  });

  it('that was refused leaves a trace', async () => {
    await ask(people.nurse, `/api/patients/${uuid(4)}`);
    const refusals = await service.deps.reader.select().from(audit).where(eq(audit.action, 'access:refused'));
    expect(refusals.at(-1)).toMatchObject({ userId: people.nurse.id, outcome: 'refused' });
  });
});
