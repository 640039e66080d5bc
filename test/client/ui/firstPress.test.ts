import { expect, test } from 'vitest';
import { firstPress } from '../../../client/ui/firstPress.ts';

test('a click, a press by keyboard and a double click are one press each', () => {
  let pressed = 0;
  const press = firstPress(() => (pressed += 1));
  const click = (detail: number): void => press({ detail } as MouseEvent);
  click(1);
  click(0);
  expect(pressed).toBe(2);
  click(1);
  click(2);
  click(3);
  expect(pressed).toBe(3);
});
