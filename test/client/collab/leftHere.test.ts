import { expect, test } from 'vitest';
import { LeftHere } from '../../../client/collab/leftHere.ts';
import { forgetWhoWaits, signedInAgain } from '../../../client/wire/again.ts';

test('what is left in a chart is there for the same person who comes back, and for nobody after them', () => {
  const forms = new LeftHere<string[]>(() => []);
  forms.in('one').push('half a goal');
  expect([forms.in('one'), forms.in('two')]).toEqual([['half a goal'], []]);
  signedInAgain();
  expect(forms.in('one')).toEqual(['half a goal']);
  for (const _ of 'two people later') {
    forgetWhoWaits();
    expect(forms.in('one')).toEqual([]);
    forms.in('one').push('half a goal');
  }
});
