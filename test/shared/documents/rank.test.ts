import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankBetween, ranks } from '../../../shared/documents/rank.ts';

describe('ranks', () => {
  it('leave room between any two, wherever people insert', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), (choices) => {
        const list: string[] = [];
        for (const choice of choices) {
          const at = choice % (list.length + 1);
          list.splice(at, 0, rankBetween(list[at - 1] ?? null, list[at] ?? null));
        }
        expect(list).toEqual([...new Set(list)].sort());
        expect(list.every((rank) => !rank.endsWith('0'))).toBe(true);
      }),
    );
  });

  it('of a list made at once are in order', () => {
    const list = ranks(40);
    expect(list).toEqual([...new Set(list)].sort());
  });
});
