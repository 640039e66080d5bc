import { describe, expect, test } from 'vitest';
import { missingFields, toDraft, toEntry } from '../../../client/lists/draft.ts';
import { forms } from '../../../client/lists/forms.ts';
import { changesBetween } from '../../../client/lists/versionChanges.ts';
import { lists } from '../../../shared/lists/lists.ts';
import type { ListName } from '../../../shared/lists/names.ts';

const rash = {
  text: 'Rash',
  coding: { system: 'http://snomed.info/sct', code: '271807003', display: 'Rash' },
};

const examples: [ListName, Record<string, unknown>][] = [
  [
    'allergies',
    {
      substance: { text: 'penicillin' },
      certainty: 'confirmed',
      reactions: [{ manifestation: rash, severity: 'mild' }],
    },
  ],
  [
    'problems',
    {
      problem: { text: 'Gout' },
      category: 'problem-list-item',
      course: 'active',
      certainty: 'confirmed',
      onset: '2019',
    },
  ],
  [
    'medicines',
    {
      medicine: { text: 'bisoprolol 2.5 mg tablet' },
      dosing: { dose: { value: '2.5', unit: 'mg' }, route: 'oral', timing: 'QD' },
      informant: 'patient',
    },
  ],
  ['medicines', { medicine: { text: 'warfarin' }, dosing: null, informant: 'relative' }],
  ['medicines', { medicine: { text: 'digoxin' }, dosing: { asWritten: 'half a tablet on Mondays' } }],
  [
    'family-history',
    {
      relationship: { text: 'Father' },
      conditions: [{ condition: { text: 'Stroke' }, onsetAge: 61 }],
      age: 70,
    },
  ],
  ['measures', { what: 'height', value: '171', unit: 'cm', method: 'measured' }],
  ['flags', { kind: 'falls', text: 'Falls risk high' }],
  ['code-status', { status: 'full', discussedWith: 'the patient', reason: 'Wish of the patient' }],
];

describe('a form', () => {
  test.each(examples)(
    'of %s says again what it was opened with, in a form that the service takes',
    (list, entry) => {
      const said = toEntry(forms[list], toDraft(forms[list], entry));
      expect(said).toEqual(entry);
      expect(lists[list].entry.safeParse(said).success).toBe(true);
    },
  );

  test('that is empty names what it needs', () => {
    expect(missingFields(forms.allergies, toDraft(forms.allergies, null))).toEqual(['substance']);
    const measure = { ...toDraft(forms.measures, null), what: 'pregnancy' };
    expect(missingFields(forms.measures, measure)).toEqual(['status']);
  });

  test('takes a moment as somebody writes it', () => {
    const draft = { ...toDraft(forms.measures, null), value: '171', at: '2026-05-21 07:15' };
    expect(toEntry(forms.measures, draft)['at']).toBe('2026-05-21T07:15');
  });

  test('leaves out what belongs to another choice', () => {
    const draft = { ...toDraft(forms.measures, null), value: '171', what: 'height' };
    expect(toEntry(forms.measures, draft)).toEqual({
      what: 'height',
      value: '171',
      unit: 'cm',
      method: 'measured',
    });
  });
});

test('two versions differ in words, field by field', () => {
  const before = { substance: { text: 'penicillin' }, reactions: [], certainty: 'confirmed' };
  const after = { ...before, reactions: [{ manifestation: rash, severity: 'severe' }], criticality: 'high' };
  expect(changesBetween(before, after)).toEqual([
    { field: 'Reactions', before: 'nothing', after: 'Rash, Severe' },
    { field: 'Risk of harm', before: 'nothing', after: 'High' },
  ]);
  expect(changesBetween(after, after)).toEqual([]);
});
