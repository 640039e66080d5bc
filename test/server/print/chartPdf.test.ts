import { eq } from 'drizzle-orm';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import { findPatient } from '../../../server/patients/queries.ts';
import { allergyWords, printChart } from '../../../server/print/chartPdf.ts';
import { Paper } from '../../../server/print/paper.ts';
import { readPrintedChart } from '../../../server/print/printedChart.ts';
import { trendsOf } from '../../../server/print/trends.ts';
import { interpretObservation, toSeries } from '../../../shared/patients/observations.ts';
import type { Allergy } from '../../../shared/patients/schema.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { folderOf, transaction, uuid } from '../../support/bundles.ts';
import { people, siteA } from '../../support/people.ts';

const patient = {
  resourceType: 'Patient',
  id: uuid(1),
  name: [{ family: 'Žáková-Nguyễn', given: ['Łucja'] }],
  birthDate: '1950-03-12',
};
const pressure = (id: number, at: string, systolic: number, diastolic: number) => ({
  resourceType: 'Observation',
  id: uuid(id),
  status: 'final',
  category: [{ coding: [{ code: 'vital-signs' }] }],
  code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }], text: 'Blood pressure' },
  subject: { reference: `Patient/${uuid(1)}` },
  effectiveDateTime: at,
  component: [
    {
      code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] },
      valueQuantity: { value: diastolic, unit: 'mm[Hg]' },
    },
    {
      code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
      valueQuantity: { value: systolic, unit: 'mm[Hg]' },
    },
  ],
});
const readings = [
  pressure(10, '2026-01-02T08:00:00Z', 138, 69),
  pressure(11, '2026-01-01T08:00:00Z', 120, 80),
];

describe('a printed chart', () => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    app = await testApp();
    folder = await folderOf({ 'a.json': transaction(patient, ...readings) });
    const request = { paths: [folder], siteId: siteA, source: siteA, actor: nobody };
    const { totals } = await importFiles(app.deps, request);
    expect(totals.created).toBe(3);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('is a whole PDF without the name in its file name, and printing is accounted for', async () => {
    const response = await app.ask('GET', `/api/patients/${uuid(1)}/chart.pdf`, {
      cookie: await app.cookieOf(people.nurse),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('inline; filename="chart.pdf"');
    const bytes = Buffer.from(await response.arrayBuffer()).toString('latin1');
    expect(bytes.startsWith('%PDF-1.')).toBe(true);
    expect(bytes.trimEnd().endsWith('%%EOF')).toBe(true);
    expect(bytes).not.toContain('Nguy');
    const rows = await app.deps.reader
      .select({ userId: audit.userId, patientId: audit.patientId })
      .from(audit)
      .where(eq(audit.action, 'chart:printed'));
    expect(rows).toEqual([{ userId: people.nurse.id, patientId: uuid(1) }]);
  });

  it('says how many entries it lacks because they are damaged', async () => {
    const summary = await findPatient(app.deps.reader, uuid(1), siteA);
    const chart = await readPrintedChart(app.deps.reader, summary!);
    const printed = (...missing: string[]): string[] => {
      const paper = new Paper('Chart', new Date(0));
      const said = vi.spyOn(paper, 'text');
      printChart(paper, chart, { at: new Date(0), timeZone: 'UTC', by: 'Nurse', site: 'A', missing });
      return said.mock.calls.map(([text]) => text);
    };
    expect(printed().join(' ')).not.toMatch(/could not be read/);
    expect(printed('Condition/1')).toContain('1 entry of this record could not be read and is missing here.');
    expect(printed('Condition/1', 'Observation/2')).toContain(
      '2 entries of this record could not be read and are missing here.',
    );
  });
});

describe('characters', () => {
  const paper = new Paper('Chart', new Date(0));

  it.each([
    [
      'accents of any Latin, Greek or Cyrillic name are printed',
      'Žáková Łucja Nguyễn Ηρώ Юлия',
      'Žáková Łucja Nguyễn Ηρώ Юлия',
    ],
    ['an accent that stands by itself joins its letter', 'Zˇ'.replace('ˇ', '\u030C'), 'Ž'],
    ['what the typeface lacks is spelled out, never left blank', '中 😀', '[U+4E2D] [U+1F600]'],
    ['what has no shape is left out', 'a\u0000b\u0007', 'ab'],
    ['signs of medicine are printed', '≥ 5 µg/L β ½ × 10⁹ ≤ °C', '≥ 5 µg/L β ½ × 10⁹ ≤ °C'],
  ])('%s', (_rule, text, printed) => {
    expect(paper.readable(text)).toBe(printed);
  });

  it('that were spelled out are counted', () => {
    const another = new Paper('Chart', new Date(0));
    another.readable('中中a');
    expect(another.spelled).toBe(2);
  });
});

describe('allergies in the banner', () => {
  const allergy = (substance: string, reaction: string | null = null): Allergy => ({
    id: substance,
    substance,
    reaction,
    severity: null,
    criticality: null,
    recordedAt: null,
  });

  it('tell none from not recorded', () => {
    expect(allergyWords({ state: 'none', at: null, by: null })).toBe('No known allergies');
    expect(allergyWords({ state: 'unknown' })).toBe('Allergies: not recorded');
  });

  it('name each with its reaction', () => {
    const items = [allergy('Penicillin', 'anaphylaxis'), allergy('Latex')];
    expect(allergyWords({ state: 'listed', items })).toBe('Allergies: Penicillin (anaphylaxis); Latex');
  });

  it('that do not fit are counted, never cut off silently', () => {
    const items = Array.from({ length: 30 }, (_, index) => allergy(`Substance number ${index}`));
    expect(allergyWords({ state: 'listed', items })).toMatch(/; and \d+ more, see the list$/);
    expect(allergyWords({ state: 'listed', items: [allergy('x'.repeat(400))] })).toBe(
      'Allergies: 1, see the list',
    );
  });
});

it('a trend names the systolic pressure first, whatever the source puts first', () => {
  const [trend] = trendsOf(toSeries(readings.map(interpretObservation), 60));
  expect(trend!.traces.map(({ points }) => points.map(({ value }) => value))).toEqual([
    [120, 138],
    [80, 69],
  ]);
});
