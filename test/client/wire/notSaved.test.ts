import { expect, test } from 'vitest';
import { notSaved } from '../../../client/wire/notSaved.svelte.ts';

test('what is not saved is told while it is so, by whoever holds it', () => {
  let text: { what: string } | null = { what: 'Text in the chart of bed 3' };
  const stop = notSaved.tell(() => text);
  notSaved.tell(() => ({ what: 'A registration form filled in halfway' }));
  expect(notSaved.all.map(({ what }) => what)).toEqual([
    'Text in the chart of bed 3',
    'A registration form filled in halfway',
  ]);
  text = null;
  expect(notSaved.all).toHaveLength(1);
  text = { what: 'Text in the chart of bed 3' };
  stop();
  expect(notSaved.all).toHaveLength(1);
  // Whose screen it was has left.
  notSaved.clear();
  expect(notSaved.all).toEqual([]);
});
