import { describe, expect, it } from 'vitest';
import type { ContenderName } from '../bench/contenders/contender.ts';
import { withContenders } from '../bench/contenders/start.ts';
import { measureFanOut } from '../bench/fanOut.ts';

const contenders: ContenderName[] = ['Cochart', 'bare relay'];

describe('the benchmark', () => {
  it.each(contenders)('sees every edit arrive at everybody: %s', async (name) => {
    await withContenders([name], { documents: 1 }, async ([contender]) => {
      const found = await measureFanOut(contender!, 0, { typists: 4, warmUpMs: 100, ms: 1_000 });
      expect(found.edits).toBeGreaterThan(10);
      expect(found.seen).toHaveLength(found.edits);
      expect(found.missing).toBe(0);
      expect(found.lost).toBe(0);
      expect(found.acknowledged).toHaveLength(name === 'Cochart' ? found.edits : 0);
    });
  });
});
