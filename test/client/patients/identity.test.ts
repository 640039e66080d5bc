import { describe, expect, it } from 'vitest';
import { codeStatusWeight } from '../../../client/patients/codeStatus.ts';
import {
  addressOf,
  allergiesInShort,
  nationalNumberWords,
  worstFirst,
} from '../../../client/patients/identity.ts';
import type { Allergy, PatientSummary } from '../../../shared/patients/schema.ts';

const allergy = (
  substance: string,
  severity: Allergy['severity'],
  criticality: Allergy['criticality'] = null,
): Allergy => ({
  id: substance,
  substance,
  reaction: null,
  severity,
  criticality,
  recordedAt: null,
});

describe('allergies in the banner', () => {
  it('name the worst reaction first, and one of unknown severity before none at all is said', () => {
    const list = [
      allergy('latex', null),
      allergy('codeine', 'mild'),
      allergy('trimethoprim', 'severe'),
      allergy('peanut', 'moderate'),
    ];
    expect(worstFirst(list).map(({ substance }) => substance)).toEqual([
      'trimethoprim',
      'peanut',
      'codeine',
      'latex',
    ]);
  });

  it('put a high criticality before a low one of the same severity', () => {
    const list = [allergy('a', 'moderate', 'low'), allergy('b', 'moderate', 'high')];
    expect(worstFirst(list)[0]!.substance).toBe('b');
  });

  it('say how many and how bad where there is no room for names', () => {
    expect(allergiesInShort([allergy('a', 'mild'), allergy('b', 'severe')])).toBe(
      '2 allergies, worst severe',
    );
    expect(allergiesInShort([allergy('a', null)])).toBe('1 allergy');
  });
});

describe('a code status', () => {
  it('stands out unless it is full treatment', () => {
    expect(codeStatusWeight('Full resuscitation')).toBe('usual');
    expect(codeStatusWeight('No resuscitation')).toBe('none');
    expect(codeStatusWeight('DNACPR')).toBe('none');
    expect(codeStatusWeight('Not for resuscitation')).toBe('none');
  });

  it('that limits something else is not taken for "no resuscitation", and one not understood is set apart', () => {
    expect(codeStatusWeight('Treatment limits: ward care, no intensive care')).toBe('limited');
    expect(codeStatusWeight('As discussed')).toBe('limited');
  });
});

describe('how somebody is addressed', () => {
  it('does not repeat the given name as a preference', () => {
    const patient = { given: 'Josephine', prefix: 'Mrs', preferredName: 'Josephine' } as PatientSummary;
    expect(addressOf(patient)).toEqual({ prefix: 'Mrs', prefers: null });
    expect(addressOf({ ...patient, preferredName: 'Josie' }).prefers).toBe('Josie');
  });
});

describe('a national number', () => {
  it('is grouped for reading, unless it brings its own separators', () => {
    expect(nationalNumberWords('9994120087').replaceAll('\u00A0', ' ')).toBe('999 412 0087');
    expect(nationalNumberWords('999-26-2722')).toBe('999-26-2722');
  });
});
