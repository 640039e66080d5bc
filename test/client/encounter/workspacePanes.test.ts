import { expect, test } from 'vitest';
import { WorkspacePanes } from '../../../client/encounter/workspacePanes.svelte.ts';

const wide = 1440;
const tablet = 1024;
const narrow = 820;

function panesAt(width: number): { panes: WorkspacePanes; resize: (to: number) => void } {
  let now = width;
  return { panes: new WorkspacePanes(() => now), resize: (to) => void (now = to) };
}

test('a wide screen shows all three side by side, a tablet two and a drawer, a narrow one a pane at a time', () => {
  const { panes, resize } = panesAt(wide);
  expect([panes.layout, panes.beside]).toEqual(['three', ['note', 'orders', 'care-plan']]);
  resize(tablet);
  expect([panes.layout, panes.beside, panes.shown]).toEqual(['two', ['note', 'orders'], ['note', 'orders']]);
  resize(narrow);
  expect([panes.layout, panes.front]).toEqual(['one', 'note']);
});

test('a pane goes and comes back to its own place', () => {
  const { panes } = panesAt(wide);
  panes.toggle('note');
  expect(panes.beside).toEqual(['orders', 'care-plan']);
  panes.toggle('note');
  expect(panes.beside).toEqual(['note', 'orders', 'care-plan']);
});

test('the last one stays', () => {
  const { panes } = panesAt(wide);
  for (const pane of ['note', 'orders', 'care-plan'] as const) panes.toggle(pane);
  expect(panes.beside).toEqual(['care-plan']);
});

test('beside a drawer the last of the two stays', () => {
  const { panes } = panesAt(tablet);
  panes.toggle('note');
  panes.toggle('orders');
  expect(panes.beside).toEqual(['orders']);
});

test('a window made narrower when only the care plan was left still shows something', () => {
  const { panes, resize } = panesAt(wide);
  panes.toggle('note');
  panes.toggle('orders');
  resize(tablet);
  expect(panes.beside).toEqual(['note']);
  panes.toggle('orders');
  expect(panes.beside).toEqual(['note', 'orders']);
  resize(wide);
  expect(panes.beside).toEqual(['note', 'orders', 'care-plan']);
});

test('on a tablet the care plan is a drawer that is shown while it is open', () => {
  const { panes } = panesAt(tablet);
  panes.toggle('care-plan');
  expect([panes.drawerOpen, panes.shown]).toEqual([true, ['note', 'orders', 'care-plan']]);
  panes.toggle('care-plan');
  expect([panes.drawerOpen, panes.shown]).toEqual([false, ['note', 'orders']]);
});

test('going to a pane brings it back, opens the drawer, or changes the pane that is seen', () => {
  const { panes, resize } = panesAt(wide);
  panes.toggle('orders');
  panes.goTo('orders');
  expect(panes.beside).toEqual(['note', 'orders', 'care-plan']);
  resize(tablet);
  panes.goTo('care-plan');
  expect(panes.drawerOpen).toBe(true);
  resize(narrow);
  expect(panes.front).toBe('care-plan');
});

test('a window that becomes narrower keeps the pane on the screen in which somebody is, as the drawer too', () => {
  const { panes, resize } = panesAt(wide);
  panes.enter('care-plan');
  resize(tablet);
  expect(panes.shown).toContain('care-plan');
  resize(narrow);
  expect(panes.front).toBe('care-plan');
  panes.enter('orders');
  resize(tablet);
  expect(panes.shown).toEqual(['note', 'orders']);
  panes.toggle('care-plan');
  panes.enter('note');
  expect(panes.shown).toContain('care-plan');
});
