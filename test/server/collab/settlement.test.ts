import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Settlement } from '../../../server/collab/settlement.ts';

describe('what persisted counts', () => {
  it('is a prefix in order of arrival, in whatever order messages settle', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 30 }, (_, index) => index)), (order) => {
        const settlement = new Settlement();
        for (let index = 0; index < 30; index++) settlement.arrive();
        const done = new Set<number>();
        for (const message of order) {
          settlement.settle(message);
          done.add(message);
          let prefix = 0;
          while (done.has(prefix)) prefix++;
          expect(settlement.count).toBe(prefix);
        }
      }),
    );
  });

  it('never passes a refused message', () => {
    const settlement = new Settlement();
    const [first, refused, last] = [settlement.arrive(), settlement.arrive(), settlement.arrive()];
    settlement.settle(last);
    settlement.settle(first);
    expect(settlement.count).toBe(refused);
  });

  it('counts a message with a gap when the resync that overtakes it settles, and asks for one only once', () => {
    const settlement = new Settlement();
    const opening = settlement.arrive();
    expect(settlement.answered()).toEqual([]);
    settlement.settle(opening);
    const gapped = settlement.arrive();
    expect(settlement.hold(gapped)).toBe(true);
    const another = settlement.arrive();
    expect(settlement.hold(another)).toBe(false);
    const answer = settlement.arrive();
    for (const message of [...settlement.answered(), answer]) settlement.settle(message);
    expect(settlement.count).toBe(4);
  });

  it('asks for nothing while the opening sync is still to come', () => {
    const settlement = new Settlement();
    expect(settlement.hold(settlement.arrive())).toBe(false);
  });
});
