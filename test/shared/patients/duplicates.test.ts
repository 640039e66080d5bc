import { describe, expect, it } from 'vitest';
import { foldDuplicates, sameThing, severalSources } from '../../../shared/patients/duplicates.ts';
import type { Resource } from '../../../shared/patients/fhirValue.ts';

const potassium = (id: string, changes: Record<string, unknown> = {}): Resource => ({
  resourceType: 'Observation',
  id,
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
  effectiveDateTime: '2026-03-01T10:00:00Z',
  valueQuantity: { value: 5.2, unit: 'mmol/L', code: 'mmol/L' },
  ...changes,
});

describe('folding what several sources say', () => {
  it('shows the same result of two sources once, with both', () => {
    const several = severalSources([
      { resource: potassium('a'), source: 'Harbour' },
      { resource: potassium('b'), source: 'Laboratory' },
    ]);
    expect(several.get('Observation/a')).toEqual({ sources: ['Harbour', 'Laboratory'], isKept: true });
    expect(several.get('Observation/b')).toEqual({ sources: ['Harbour', 'Laboratory'], isKept: false });
  });

  it('never folds two measurements of one source', () => {
    const records = ['a', 'b'].map((id) => ({ resource: potassium(id), source: 'Harbour' }));
    expect(severalSources(records)).toEqual(new Map());
  });

  it('pairs the two of one source with the two of another', () => {
    const items = ['h1', 'h2', 'l1', 'l2'];
    const folded = foldDuplicates(
      items,
      () => 'same',
      (item) => item[0]!,
    );
    expect(folded).toEqual([
      { kept: 'h1', others: ['l1'] },
      { kept: 'h2', others: ['l2'] },
    ]);
  });

  it.each([
    ['another value', { valueQuantity: { value: 5.3, unit: 'mmol/L', code: 'mmol/L' } }],
    ['another unit', { valueQuantity: { value: 5.2, unit: 'mg/dL', code: 'mg/dL' } }],
    ['another time', { effectiveDateTime: '2026-03-01T10:01:00Z' }],
    ['another test', { code: { coding: [{ system: 'http://loinc.org', code: '2951-2' }] } }],
    ['another bound', { valueQuantity: { value: 5.2, unit: 'mmol/L', code: 'mmol/L', comparator: '<' } }],
  ])('keeps apart what has %s', (_what, changes) => {
    expect(sameThing(potassium('a', changes))).not.toBe(sameThing(potassium('a')));
  });

  it('takes the same instant in another zone, and another name of the same unit, for the same', () => {
    const other = potassium('b', {
      effectiveDateTime: '2026-03-01T11:00:00+01:00',
      valueQuantity: { value: 5.2, unit: 'millimol per litre', code: 'mmol/L' },
    });
    expect(sameThing(other)).toBe(sameThing(potassium('a')));
  });

  it('takes an allergy of two sources for one unless one of them knows of more', () => {
    const peanut = (more: object) => ({
      resourceType: 'AllergyIntolerance',
      id: 'a',
      code: { coding: [{ system: 'http://snomed.info/sct', code: '91935009' }] },
      ...more,
    });
    expect(sameThing(peanut({}))).toBe(sameThing(peanut({ recordedDate: '2026' })));
    expect(sameThing(peanut({}))).not.toBe(sameThing(peanut({ criticality: 'high' })));
    expect(sameThing(peanut({}))).not.toBe(sameThing(peanut({ reaction: [{ severity: 'severe' }] })));
  });

  it('never takes two undated values for one', () => {
    expect(sameThing(potassium('a', { effectiveDateTime: undefined }))).toBeNull();
  });

  it('folds a report that repeats a note’s very text into the note', () => {
    const text = { contentType: 'text/plain', data: 'UGFpbiBpcyBsZXNz' };
    const code = { coding: [{ system: 'http://loinc.org', code: '11506-3' }] };
    const several = severalSources([
      {
        resource: { resourceType: 'DocumentReference', id: 'n', type: code, content: [{ attachment: text }] },
        source: 'Harbour',
      },
      {
        resource: { resourceType: 'DiagnosticReport', id: 'r', code, presentedForm: [text] },
        source: 'Harbour',
      },
    ]);
    expect(several.get('DiagnosticReport/r')).toEqual({ isKept: false });
  });
});
