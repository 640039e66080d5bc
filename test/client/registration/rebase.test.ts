import { describe, expect, test } from 'vitest';
import { blankDraft, type Draft } from '../../../client/registration/form.ts';
import { isTouched, rebase } from '../../../client/registration/rebase.ts';

const before: Draft = {
  ...blankDraft(),
  family: 'Okafor',
  given: 'Ngozi',
  telecom: [{ system: 'phone', use: 'mobile', value: '07700 900123' }],
  street: '1 Mill Lane',
  city: 'Leeds',
};

describe('a registration that somebody else changed while its form was open', () => {
  test('keeps what they wrote wherever this form was not touched', () => {
    const now = { ...before, telecom: [{ ...before.telecom[0]!, value: '07700 900999' }] };
    const { draft, taken, disputed } = rebase({ ...before, language: 'fr' }, before, now);
    expect(draft).toEqual({ ...now, language: 'fr' });
    expect([taken, disputed]).toEqual([['telecom'], []]);
  });

  test('keeps what was typed here where both wrote, and says so', () => {
    const now = { ...before, family: 'Okafor-Bell' };
    const { draft, taken, disputed } = rebase({ ...before, given: 'Ngozi Ada' }, before, now);
    expect([draft.family, draft.given]).toEqual(['Okafor', 'Ngozi Ada']);
    expect([taken, disputed]).toEqual([[], ['name']]);
  });

  test('never makes one address of two', () => {
    const now = { ...before, street: '9 High Street', city: 'York' };
    const { draft, disputed } = rebase({ ...before, street: '1a Mill Lane' }, before, now);
    expect([draft.street, draft.city, disputed]).toEqual(['1a Mill Lane', 'Leeds', ['address']]);
  });

  test('is no dispute where both wrote the same', () => {
    const now = { ...before, born: '1957' };
    expect(rebase({ ...before, born: '1957' }, before, now)).toMatchObject({ taken: [], disputed: [] });
  });
});

test('a form is touched when it says something else than it began with', () => {
  expect(isTouched({ ...before }, before)).toBe(false);
  expect(
    isTouched(
      { ...before, contacts: [{ name: '', relation: '', phone: '', nextOfKin: true, emergency: true }] },
      before,
    ),
  ).toBe(true);
});
