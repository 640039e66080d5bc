import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../../../../shared/patients/fhirValue.ts';
import { audit } from '../../../../server/audit/tables.ts';
import { findMatches } from '../../../../server/fhir/search/findMatches.ts';
import { recordAct } from '../../../../server/records/act.ts';
import { searchParameters } from '../../../../server/records/search/definitions.ts';
import { testApp, type TestApp } from '../../../support/app.ts';
import { people, siteA, siteB } from '../../../support/people.ts';

interface Entry {
  fullUrl: string;
  resource: Resource & { issue?: { diagnostics: string }[] };
  search: { mode: string };
}

interface Bundle {
  total?: number;
  link: { relation: string; url: string }[];
  entry?: Entry[];
}

let service: TestApp;
let cookie: string;
beforeAll(async () => {
  service = await testApp();
  cookie = await service.cookieOf(people.attending);
  await put(patient('ana', { name: [{ family: 'Núñez', given: ['Ana María'] }], birthDate: '1957-02' }));
  await put(patient('obrien', { name: [{ family: "O'Brien", given: ['Seán'] }], birthDate: '1957-02-14' }));
  await put(pressure('bp', 'ana', 5.35));
  await put(pressure('bp2', 'obrien', 5.45));
  await put(patient('elsewhere', { name: [{ family: 'Núñez' }] }), siteB);
});
afterAll(() => service.close());

const patient = (id: string, more: object): Resource => ({ resourceType: 'Patient', id, ...more });
const pressure = (id: string, of: string, value: number): Resource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: 'X-1' }], text: 'Druck' },
  subject: { reference: `Patient/${of}` },
  effectiveDateTime: '2024-03-10T23:30:00-05:00',
  valueQuantity: { value, unit: 'mmol/L' },
});

async function put(resource: Resource, siteId = siteA): Promise<void> {
  const { deps } = service;
  const recording = { siteId, source: siteId, recordedBy: people.attending.id, at: deps.now() };
  expect((await recordAct(deps, recording, [resource], { audit: () => [] })).ok).toBe(true);
}

const ask = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  service.ask('GET', `/fhir/R4/${query}`, { cookie, headers });

async function search(query: string, headers: Record<string, string> = {}): Promise<Bundle> {
  const response = await ask(query, headers);
  expect([response.status, query]).toEqual([200, query]);
  return (await response.json()) as Bundle;
}

const idsOf = ({ entry = [] }: Bundle, mode = 'match'): string[] =>
  entry.filter(({ search }) => search.mode === mode).map(({ resource }) => resource.id);

const found = async (query: string): Promise<string[]> => idsOf(await search(query)).sort();

describe('what a search finds', () => {
  it.each([
    ['a name without its accents', 'Patient?family=nunez', ['ana']],
    ['a name with accents that are not written', 'Patient?given=sean', ['obrien']],
    ['a name without its apostrophe', 'Patient?family=obrien', ['obrien']],
    ['a name exactly', 'Patient?family:exact=Nunez', []],
    ['a month when a month is asked for', 'Patient?birthdate=1957-02', ['ana', 'obrien']],
    ['no month when a day is asked for', 'Patient?birthdate=1957-02-14', ['obrien']],
    ['a time in its own zone', 'Observation?date=2024-03-11', ['bp', 'bp2']],
    ['a number by the digits that were given', 'Observation?value-quantity=5.4', ['bp']],
    ['half a digit above as the next number', 'Observation?value-quantity=5.5', ['bp2']],
    ['more digits more narrowly', 'Observation?value-quantity=5.40', []],
    ['words of a code', 'Observation?code:text=druck', ['bp', 'bp2']],
    ['through what is pointed to', 'Observation?patient.family=Nunez', ['bp']],
    ['through what points back', 'Patient?_has:Observation:patient:value-quantity=gt5.4', ['obrien']],
    ['in a compartment', 'Patient/ana/Observation?code=X-1', ['bp']],
    ['several types', 'Observation?_id=bp,bp2&_sort=_id', ['bp', 'bp2']],
    ['by an address of this service', 'Observation?subject=http://localhost/fhir/R4/Patient/ana', ['bp']],
  ])('%s', async (_what, query, ids) => {
    expect(await found(query)).toEqual(ids);
  });

  it('never what another site keeps, directly, by its id, through a chain or beside something', async () => {
    expect(await found('Patient?_id=elsewhere')).toEqual([]);
    await put({ ...pressure('lost', 'ana', 1), performer: [{ reference: 'Patient/elsewhere' }] });
    expect(await found('Observation?performer:Patient.family=Nunez')).toEqual([]);
    const bundle = await search(
      'Observation?_id=lost&_include=Observation:performer&_include=Observation:subject',
    );
    expect(idsOf(bundle, 'include')).toEqual(['ana']);
  });

  it('includes what is pointed to, and what points back, each once', async () => {
    const there = await search('Observation?code=X-1&_id=bp&_include=Observation:subject:Patient');
    expect(idsOf(there, 'include')).toEqual(['ana']);
    const back = await search(
      'Patient?_id=ana&_revinclude=Observation:subject&_revinclude=Observation:patient',
    );
    expect(idsOf(back, 'include').sort()).toEqual(['bp', 'lost']);
  });

  it('only the elements that were asked for, marked as a part', async () => {
    const [entry] = (await search('Observation?_id=bp&_elements=valueQuantity')).entry!;
    expect(Object.keys(entry!.resource).sort()).toEqual(
      ['code', 'id', 'meta', 'resourceType', 'status', 'valueQuantity'].sort(),
    );
    expect(JSON.stringify(entry!.resource.meta)).toContain('SUBSETTED');
  });

  it('a form by POST like an address', async () => {
    const response = await service.app.request('/fhir/R4/Patient/_search', {
      method: 'POST',
      headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'family=nunez',
    });
    expect(idsOf((await response.json()) as Bundle)).toEqual(['ana']);
  });

  it('a count alone', async () => {
    const bundle = await search('Patient?_summary=count');
    expect([bundle.total, bundle.entry]).toEqual([2, undefined]);
  });
});

describe('what a code means', () => {
  const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
  const vaccines = 'https://cochart.dev/fhir/ValueSet/vaccine';
  beforeAll(async () => {
    for (const [id, code] of Object.entries({ dm: 'E11', eye: 'E11.319', kidney: 'E11.21', other: 'E110' }))
      await put({
        resourceType: 'Condition',
        id,
        code: { coding: [{ system: icd, code }] },
        subject: { reference: 'Patient/ana' },
      });
    for (const [id, code, profile] of [
      ['zoster', '187', 'http://example.org/fhir/dose'],
      ['unlisted', '998', 'http://example.org/fhir/dose/late'],
    ])
      await put({
        resourceType: 'Immunization',
        id: id!,
        meta: { profile: [profile] },
        status: 'not-done',
        vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code }] },
        patient: { reference: 'Patient/ana' },
      });
    const list = (id: string, ...items: string[]): Resource => ({
      resourceType: 'List',
      id,
      status: 'current',
      mode: 'working',
      entry: items.map((reference) => ({ item: { reference } })),
    });
    await put(list('review', 'Condition/eye', 'Condition/dm', 'Immunization/zoster', 'Patient/elsewhere'));
    await put(list('theirs', 'Condition/eye'), siteB);
  });

  it.each([
    ['below a category of ICD-10-CM', `Condition?code:below=${icd}|E11`, ['dm', 'eye', 'kidney']],
    ['below a code within it', `Condition?code:below=${icd}|e11.3`, ['eye']],
    ['above a code', `Condition?code:above=${icd}|E11.319`, ['dm', 'eye']],
    ['in a value set', `Immunization?vaccine-code:in=${vaccines}`, ['zoster']],
    ['not in a value set', `Immunization?vaccine-code:not-in=${vaccines}`, ['unlisted']],
    ['of whom something is below', `Patient?_has:Condition:patient:code:below=${icd}|E11.2`, ['ana']],
    ['below an address', 'Immunization?_profile:below=http://example.org/fhir/dose', ['unlisted', 'zoster']],
    [
      'above an address',
      'Immunization?_profile:above=http://example.org/fhir/dose/late/3',
      ['unlisted', 'zoster'],
    ],
    ['not beside it', 'Immunization?_profile:above=http://example.org/fhir/dose', ['zoster']],
    ['on a list', 'Condition?_list=review', ['dm', 'eye']],
    [
      'on a list, among others',
      'Condition?_list=List/review&code:below=http://hl7.org/fhir/sid/icd-10-cm|E11.3',
      ['eye'],
    ],
    ['on no list of another site', 'Condition?_list=theirs', []],
    ['nothing of another site that a list names', 'Patient?_list=review', []],
  ])('%s', async (_what, query, ids) => {
    expect(await found(query.replaceAll('|', '%7C'))).toEqual(ids);
  });

  it.each([
    ['a value set that is not here', 'Condition?code:in=http://example.org/none', 'http://example.org/none'],
    ['no address of a value set', 'Condition?code:in=none', 'code:in'],
    ['a hierarchy that is not here', 'Observation?code:below=http://loinc.org%7C1-8', 'http://loinc.org'],
    ['a place without its system', 'Condition?code:below=E11', 'code:below'],
    ['codes whose system is only implied', `Patient?gender:in=${vaccines}`, '"in"'],
    ['a list that a server would make up', 'Condition?_list=$current-problems', '_list'],
    ['words in a narrative', 'Condition?_text=eye', '_text'],
    ['a modifier of lists', 'Condition?_list:not=review', '_list'],
  ])('%s is refused by its name', async (_what, query, name) => {
    const response = await ask(query);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(JSON.stringify(name).slice(1, -1));
  });

  it('is said of each parameter in the CapabilityStatement', async () => {
    const { rest } = (await (await ask('metadata')).json()) as {
      rest: {
        searchParam: { name: string }[];
        resource: { type: string; searchParam: { name: string; documentation: string }[] }[];
      }[];
    };
    expect(rest[0]!.searchParam.map(({ name }) => name)).toEqual(['_id', '_lastUpdated', '_list']);
    for (const { type, searchParam } of rest[0]!.resource.filter(({ type }) =>
      ['Condition', 'Patient'].includes(type),
    ))
      for (const { name, documentation } of searchParam) {
        const { status } = await ask(`${type}?${name}:in=${vaccines}`);
        expect([name, status]).toEqual([name, /\bin\b/.test(documentation) ? 200 : 400]);
      }
  });
});

describe('what is not known', () => {
  it.each([
    ['a parameter', 'Patient?shoe-size=44', '"shoe-size"'],
    ['a modifier', 'Patient?family:sounds=44', '"sounds"'],
    ['an order', 'Patient?_sort=shoe-size', '"shoe-size"'],
    ['a chain', 'Observation?patient.shoe-size=44', '"shoe-size"'],
    ['a reverse chain', 'Patient?_has:Observation:shoe:code=1', '_has:Observation:shoe'],
  ])('%s is refused by its name', async (_what, query, name) => {
    const response = await ask(query);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(JSON.stringify(name).slice(1, -1));
  });

  it('is left out, and said, when the caller is lenient', async () => {
    const bundle = await search('Patient?family=nunez&shoe-size=44', { Prefer: 'handling=lenient' });
    expect(idsOf(bundle)).toEqual(['ana']);
    const outcome = bundle.entry!.find(({ search }) => search.mode === 'outcome')!;
    expect(outcome.resource.issue![0]!.diagnostics).toContain('shoe-size');
    expect(bundle.link[0]!.url).not.toContain('shoe-size');
  });

  it('a value of the wrong form is refused without repeating it', async () => {
    for (const query of [
      'Patient?birthdate=Testcase',
      'Observation?value-quantity=Testcase',
      'Patient?birthdate=2023-02-30',
    ]) {
      const response = await ask(query);
      expect(response.status).toBe(400);
      expect(await response.text()).not.toMatch(/Testcase|2023-02-30/);
    }
  });
});

it('takes nothing that is searched for as anything but a value', { timeout: 60_000 }, async () => {
  const attacks = [
    "' OR 1=1 --",
    '"; DROP TABLE resources; --',
    "http://example.org/'|' OR 1=1 --",
    "x' UNION SELECT json FROM resource_versions --",
    '%',
    '_',
    '\u0000',
    '*)',
  ];
  for (const type of ['Patient', 'Observation']) {
    const everything = await found(`${type}?_count=500`);
    for (const code of [
      ...searchParameters(type).keys(),
      '_id',
      '_sort',
      '_include',
      '_elements',
      '_cursor',
      '_type',
      '_list',
      '_profile:above',
      '_profile:below',
      '_tag:in',
      '_tag:not-in',
      '_tag:below',
      '_tag:above',
    ]) {
      for (const attack of attacks) {
        const response = await ask(`${type}?${code}=${encodeURIComponent(attack)}`);
        expect([200, 400], `${code}=${attack}`).toContain(response.status);
        const bundle = (await response.json()) as Bundle;
        if (response.status === 200 && !code.startsWith('_'))
          expect(idsOf(bundle), `${code}=${attack}`).toEqual([]);
      }
    }
    expect(await found(`${type}?_count=500`)).toEqual(everything);
  }
  for (const attack of attacks) {
    expect((await ask(`Patient?${encodeURIComponent(attack)}=1`)).status).toBe(400);
  }
});

describe('pages', () => {
  it.each(['', '&_sort=-birthdate', '&_sort=family,-_lastUpdated'])(
    'list everybody once while others arrive%s',
    async (order) => {
      const prefix = `page${order.length}`;
      const at = (index: number) =>
        patient(`${prefix}-${index}`, {
          identifier: [{ system: 'urn:page', value: prefix }],
          ...(index % 3 === 0 ? {} : { birthDate: `19${50 + (index % 7)}` }),
          ...(index % 4 === 0 ? {} : { name: [{ family: `F${index % 5}` }] }),
        });
      for (let index = 0; index < 17; index++) await put(at(index * 10));
      const before = await found(`Patient?identifier=urn:page|${prefix}&_count=500`);
      const seen: string[] = [];
      let query: string | null = `Patient?identifier=urn:page|${prefix}&_count=3${order}`;
      for (let page = 0; query !== null; page++) {
        const bundle: Bundle = await search(query);
        seen.push(...idsOf(bundle));
        await put(at(page * 10 + 5));
        const next = bundle.link.find(({ relation }) => relation === 'next');
        query = next ? next.url.replace(/^.*\/fhir\/R4\//, '') : null;
        expect(page).toBeLessThan(30);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(before.filter((id) => !seen.includes(id))).toEqual([]);
    },
  );

  it('go up and down, whoever has no value last', async () => {
    const sorted = async (by: string) => idsOf(await search(`Patient?_id=ana,obrien,page0-0&_sort=${by}`));
    expect(await sorted('birthdate')).toEqual(['ana', 'obrien', 'page0-0']);
    expect(await sorted('-birthdate')).toEqual(['obrien', 'ana', 'page0-0']);
  });
});

it('lists what very many fulfil page by page, each once', async () => {
  const { deps } = service;
  const many = Array.from({ length: 2_300 }, (_, index) => ({
    resourceType: 'Immunization',
    id: `dose-${index}`,
    status: index % 10 === 0 ? 'not-done' : 'completed',
    vaccineCode: { text: 'Influenza' },
    patient: { reference: 'Patient/ana' },
  }));
  const recording = { siteId: siteA, source: siteA, recordedBy: people.attending.id, at: deps.now() };
  await recordAct(deps, recording, many, { audit: () => [], provenance: 'in-resources' });
  const list = async (query: string, seen: string[] = []): Promise<string[]> => {
    const bundle = await search(query);
    const next = bundle.link.find(({ relation }) => relation === 'next');
    const all = [...seen, ...idsOf(bundle)];
    return next ? list(next.url.replace(/^.*\/fhir\/R4\//, ''), all) : all;
  };
  const given = many.filter(({ status }) => status === 'completed').map(({ id }) => id);
  expect(await list('Immunization?patient=ana&status=completed&_count=500')).toEqual(given.sort());
  expect((await search('Immunization?status=completed&_summary=count')).total).toBe(given.length);
});

it('is told to the audit trail by type and count, never by what was searched for', async () => {
  await search('Patient?family=nunez');
  const rows = await service.deps.reader.select().from(audit);
  const last = rows.findLast(({ action }) => action === 'resource:searched')!;
  expect(last).toMatchObject({ entity: 'Patient', patientId: 'ana', userId: people.attending.id });
  expect(JSON.stringify(rows.map(({ hash: _hash, prevHash: _prev, ...row }) => row))).not.toMatch(/nunez/i);
});

it('answers conditions for other acts within one site', async () => {
  const { reader } = service.deps;
  expect(await findMatches(reader, siteA, 'Patient', 'family=nunez')).toEqual({ ok: true, value: ['ana'] });
  expect(await findMatches(reader, siteB, 'Patient', 'family=nunez')).toEqual({
    ok: true,
    value: ['elsewhere'],
  });
  expect(await findMatches(reader, siteA, 'Patient', '')).toEqual({ ok: true, value: [] });
  expect((await findMatches(reader, siteA, 'Patient', 'shoe-size=1')).ok).toBe(false);
});
