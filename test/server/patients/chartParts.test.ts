import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ChartChanges,
  ChartDocumentText,
  ChartHits,
  ChartResults,
  ChartTimeline,
  DocumentLine,
} from '../../../shared/patients/chartViews.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { checkBundle } from '../../../server/fhir/bundle.ts';
import { importBundle } from '../../../server/fhir/importBundle.ts';
import { readResults } from '../../../server/patients/results.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { people, siteA } from '../../support/people.ts';

let service: TestApp;
let cookie: string;
let patientId: string;

const subject = { subject: { reference: `urn:uuid:${uuid(1)}` } };
const patient = {
  resourceType: 'Patient',
  id: uuid(1),
  name: [{ family: 'Adeyemi' }],
  birthDate: '1957-02-14',
};
const potassium = (number: number, value: number, at: string) => ({
  resourceType: 'Observation',
  id: uuid(number),
  status: 'final',
  ...subject,
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] },
  effectiveDateTime: at,
  valueQuantity: { value, unit: 'mmol/L', code: 'mmol/L' },
});
const note = (number: number, words: string) => ({
  resourceType: 'DocumentReference',
  id: uuid(number),
  status: 'current',
  ...subject,
  type: { text: 'Progress note' },
  date: '2026-03-01T10:00:00Z',
  author: [{ display: 'Dr Test' }],
  content: [{ attachment: { contentType: 'text/html', data: Buffer.from(words).toString('base64') } }],
});

async function load(source: string, ...resources: Record<string, unknown>[]): Promise<void> {
  const bundle = checkBundle(transaction(...resources));
  if (!bundle.ok) throw new Error('bad bundle');
  const imported = await importBundle(service.deps, bundle.value, { siteId: siteA, source, actor: nobody });
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
}
const get = async <T>(part: string): Promise<T> => {
  const response = await service.ask('GET', `/api/patients/${patientId}/${part}`, { cookie });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};

beforeAll(async () => {
  service = await testApp();
  cookie = await service.cookieOf(people.nurse);
  await load(
    siteA,
    patient,
    potassium(11, 4.6, '2026-03-01T10:00:00Z'),
    potassium(12, 5.2, '2026-03-02T10:00:00Z'),
    {
      resourceType: 'DiagnosticReport',
      id: uuid(21),
      status: 'final',
      ...subject,
      code: { text: 'Electrolytes' },
      result: [{ reference: `urn:uuid:${uuid(12)}` }],
    },
    note(31, '<p>Walks with a frame.<script>alert(1)</script></p>'),
  );
  const found = await service.ask('GET', '/api/patients?q=adeyemi', { cookie });
  patientId = ((await found.json()) as { items: { id: string }[] }).items[0]!.id;
});
afterAll(() => service.close());

describe('the parts of a chart', () => {
  it('give results as series, with the panel that they came in', async () => {
    const { series } = await get<ChartResults>('results');
    expect(series.map(({ code, panel, points }) => [code, panel, points.map(({ value }) => value)])).toEqual([
      ['2823-3', 'Electrolytes', [4.6, 5.2]],
    ]);
  });

  it('put everything that has a time into lanes', async () => {
    const { items } = await get<ChartTimeline>('timeline');
    expect(items.filter(({ lane }) => lane === 'results').map(({ detail }) => detail)).toEqual([
      '5.2\u00A0mmol/L',
      '4.6\u00A0mmol/L',
    ]);
  });

  it('list documents with author and first words, and give their words without markup', async () => {
    const { items } = await get<{ items: DocumentLine[] }>('documents');
    expect(items.map(({ authors, begins }) => [authors, begins])).toEqual([
      [['Dr Test'], 'Walks with a frame.'],
    ]);
    const { type, id } = items[0]!;
    const read = await get<ChartDocumentText>(`documents/${type}/${id}`);
    expect(read.blocks).toEqual([{ kind: 'paragraph', text: 'Walks with a frame.' }]);
  });

  it('list only documents that have the words', async () => {
    expect((await get<{ items: unknown[] }>('documents?q=frame')).items).toHaveLength(1);
    expect((await get<{ items: unknown[] }>('documents?q=stick')).items).toHaveLength(0);
  });

  it('find results by name and notes by their words', async () => {
    expect((await get<ChartHits>('search?q=pota')).items.map(({ code }) => code)).toEqual([
      '2823-3',
      '2823-3',
    ]);
    const [hit] = (await get<ChartHits>('search?q=walks')).items;
    const [from, to] = hit!.snippet!.marks[0]!;
    expect(hit!.snippet!.text.slice(from, to)).toBe('Walks');
  });

  it('never list what is new before somebody said what they have seen, and then only that', async () => {
    expect(await get<ChartChanges>('changes')).toMatchObject({ seenUntil: null, total: 0 });
    service.deps.clock.step(60_000);
    const { asOf } = await get<ChartChanges>('changes');
    const marked = await service.ask('POST', `/api/patients/${patientId}/looked`, { cookie, body: { asOf } });
    expect(marked.status).toBe(200);
    expect(await get<ChartChanges>('changes')).toMatchObject({ seenUntil: asOf, total: 0 });
    service.deps.clock.step(60_000);
    await load('Laboratory', patient, potassium(13, 5.2, '2026-03-02T10:00:00Z'));
    const later = await get<ChartChanges>('changes');
    expect(later.items.map(({ what, code }) => [what, code])).toEqual([['new', '2823-3']]);
    // Opening a part takes nothing off the list.
    await get('results');
    expect((await get<ChartChanges>('changes')).total).toBe(1);
  });

  it('show once, with both, what two sources report alike', async () => {
    const { series } = await get<ChartResults>('results');
    expect(series[0]!.points.map(({ value, sources }) => [value, sources?.length])).toEqual([
      [4.6, undefined],
      [5.2, 2],
    ]);
  });

  it('draw the goals of a test in the unit of its line, and none that was given up', async () => {
    const goal = (number: number, value: number, unit: string, lifecycleStatus = 'active') => ({
      resourceType: 'Goal',
      id: uuid(number),
      lifecycleStatus,
      ...subject,
      description: { text: 'Potassium' },
      target: [
        {
          measure: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
          detailQuantity: { value, unit },
        },
      ],
    });
    await load(
      siteA,
      patient,
      goal(41, 4, 'mmol/L'),
      goal(42, 16, 'mg/dL'),
      goal(43, 9, 'mmol/L', 'cancelled'),
      goal(44, 5, 'drops'),
    );
    // 39.098 g/mol: 16 mg/dL is 160 mg/L.
    expect((await get<ChartResults>('results')).series[0]!.targets.toSorted()).toEqual([4, 4.09]);
  });

  it('give older values page by page, and none is lost where a page ends within one moment', async () => {
    const moment = '2026-02-01T10:00:00Z';
    await load(siteA, patient, potassium(51, 3.1, moment), potassium(52, 3.2, moment));
    const { reader } = service.deps;
    const read = new Map<string, number | null>();
    let before: string | undefined;
    let pages = 0;
    do {
      const page = await readResults(reader, patientId, 'laboratory', { before, most: 4 });
      for (const { id, value } of page.series.flatMap(({ points }) => points)) read.set(id, value);
      before = page.before ?? undefined;
      pages++;
    } while (before !== undefined);
    expect(pages).toBe(2);
    expect([...read.values()].toSorted()).toEqual([3.1, 3.2, 4.6, 5.2]);
  });

  it('find what has been recorded, changed or taken back since the chart was last looked through', async () => {
    const titles = async () => (await get<ChartHits>('search?q=calcium')).items.map(({ detail }) => detail);
    const calcium = (value: number, status = 'final') => ({
      ...potassium(61, value, '2026-03-03T10:00:00Z'),
      status,
      code: { coding: [{ system: 'http://loinc.org', code: '2000-8', display: 'Calcium' }] },
    });
    expect(await titles()).toEqual([]);
    await load(siteA, patient, calcium(2.2));
    expect(await titles()).toEqual(['2.2\u00A0mmol/L']);
    await load(siteA, patient, calcium(2.4));
    expect(await titles()).toEqual(['2.4\u00A0mmol/L']);
    await load(siteA, patient, calcium(2.4, 'entered-in-error'));
    expect(await titles()).toEqual([]);
  });

  it('refuse to take as seen what is not yet recorded, and never take a look back', async () => {
    const look = (asOf: string) =>
      service.ask('POST', `/api/patients/${patientId}/looked`, { cookie, body: { asOf } });
    expect((await look('2999-01-01T00:00:00Z')).status).toBe(400);
    const { seenUntil } = await get<ChartChanges>('changes');
    expect((await look('2001-01-01T00:00:00Z')).status).toBe(200);
    expect((await get<ChartChanges>('changes')).seenUntil).toBe(seenUntil);
  });

  it('draw one line of a test that is on record in several units, each value as it was recorded', async () => {
    const glucose = (number: number, value: number, unit: string, code = unit, loinc = '2345-7') => ({
      ...potassium(number, value, `2026-04-0${number % 10}T10:00:00Z`),
      code: { coding: [{ system: 'http://loinc.org', code: loinc, display: 'Glucose' }] },
      valueQuantity: { value, unit, code },
      referenceRange: [{ low: { value: value - 1 }, high: { value: value + 1 } }],
    });
    await load(
      siteA,
      patient,
      glucose(71, 1, 'drops'),
      glucose(72, 90, 'mg per dL', 'mg/dL'),
      glucose(73, 5, 'mmol/L'),
      glucose(74, 6, 'mmol/L'),
      // Of this one no molar mass is on file.
      glucose(75, 4, 'mmol/L', 'mmol/L', '718-7'),
      glucose(76, 70, 'mg/dL', 'mg/dL', '718-7'),
    );
    const { series } = await get<ChartResults>('results');
    const lines = series.filter(({ name }) => name === 'Glucose');
    expect(lines.map(({ code, unit, points }) => [code, unit, points.map(({ value }) => value)])).toEqual([
      ['718-7', 'mg/dL', [70]],
      ['718-7', 'mmol/L', [4]],
      ['2345-7', 'mmol/L', [90, 5, 6]],
      ['2345-7', 'drops', [1]],
    ]);
    const [converted] = lines[2]!.points;
    expect(converted).toMatchObject({ unit: 'mg per dL', value: 90, converted: { unit: 'mmol/L' } });
    expect(converted!.converted!.value).toBeCloseTo(4.996, 3);
    expect(converted!.converted!.range!.high).toBeCloseTo(5.051, 3);
  });

  it('give older values in the unit that the newest page has most', async () => {
    const { reader } = service.deps;
    const options = { before: '2026-04-02T10:00:00Z', most: 4 };
    const { series } = await readResults(reader, patientId, 'laboratory', options);
    expect(
      series
        .filter(({ code }) => code === '2345-7')
        .map(({ unit, points }) => [unit, points.map(({ value }) => value)]),
    ).toEqual([
      ['mmol/L', [90]],
      ['drops', [1]],
    ]);
  });

  it('give blood pressures of several units as one line', async () => {
    const pressure = (number: number, systolic: number, unit: string) => ({
      ...potassium(number, 0, `2026-04-0${number % 10}T10:00:00Z`),
      category: [{ coding: [{ code: 'vital-signs' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '85354-9', display: 'Blood pressure' }] },
      valueQuantity: undefined,
      component: ['8480-6', '8462-4'].map((code) => ({
        code: { coding: [{ system: 'http://loinc.org', code }] },
        valueQuantity: { value: systolic, unit },
      })),
    });
    await load(
      siteA,
      patient,
      pressure(81, 120, 'mmHg'),
      pressure(82, 118, 'mm[Hg]'),
      pressure(83, 16, 'kPa'),
    );
    const [line, ...others] = (await get<ChartResults>('results?category=vital-signs')).series;
    expect(others).toEqual([]);
    expect(
      line!.points.map((point) => Math.round({ ...point, ...point.converted }.components[0]!.value!)),
    ).toEqual([120, 118, 120]);
  });
});
