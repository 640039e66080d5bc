import { expect, test } from 'vitest';
import { WorkspaceKeys } from '../../../client/encounter/workspaceKeys.ts';

const press = (...keys: string[]): (string | null)[] => {
  const workspace = new WorkspaceKeys();
  return keys.map((name) => {
    const control = name.startsWith('Control+');
    return workspace.press({
      key: control ? name.slice('Control+'.length) : name,
      ctrlKey: control,
      metaKey: false,
      timeStamp: 1_000,
    });
  });
};

test.each([
  ['the note', ['Control+.', '1'], 'note'],
  ['the orders', ['Control+.', '2'], 'orders'],
  ['the care plan', ['Control+.', '3'], 'care-plan'],
  ['the past', ['Control+.', 'h'], 'look-back'],
  ['the review', ['Control+Enter'], 'review'],
])('leads to %s', (_where, keys, wish) => {
  expect(press(...keys).at(-1)).toBe(wish);
});

test('a number is a number again after the one that was led', () => {
  expect(press('Control+.', '1', '2')).toEqual(['leader', 'note', null]);
});

test('any other key ends it', () => {
  expect(press('Control+.', 'x', '1')).toEqual(['leader', null, null]);
});

test('whoever waits writes: after three seconds a digit is a digit', () => {
  const workspace = new WorkspaceKeys();
  const at = (timeStamp: number, key: string, ctrlKey = false) =>
    workspace.press({ key, ctrlKey, metaKey: false, timeStamp });
  at(10_000, '.', true);
  expect(at(12_999, '2')).toBe('orders');
  at(20_000, '.', true);
  expect(at(23_000, '2')).toBeNull();
});

test('where digits need Shift, Shift does not end it', () => {
  expect(press('Control+.', 'Shift', '2')).toEqual(['leader', null, 'orders']);
});

test.each(['1', 'h', '.', 'Enter', '9'])('%s alone is only written', (key) => {
  expect(press(key)).toEqual([null]);
});
