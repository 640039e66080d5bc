import { Random } from './random.ts';
import { drawFrom } from './repeatable.ts';

/**
 * How much is tried: 1 by default, which fits a run of the whole suite; a night can afford `COCHART_FUZZ=20`. One seed
 * alone: `COCHART_SEED=<n>`.
 */
const scale = Number(process.env.COCHART_FUZZ ?? 1);
const onlySeed = process.env.COCHART_SEED;

/** A figure that is told and not judged: machines differ. */
export const report = (line: string): void => console.info(line);

export const scaled = (count: number): number => Math.max(1, Math.round(count * scale));

/**
 * Runs a property for many seeds: first those that once failed, by their numbers, then new ones. What fails names its
 * seed. Gives how many were tried.
 */
export async function forSeeds(
  { count, known = [], from = 1 }: { count: number; known?: readonly number[]; from?: number },
  property: (random: Random) => Promise<void> | void,
): Promise<number> {
  const fresh = Array.from({ length: scaled(count) }, (_, index) => from + index);
  const seeds = onlySeed === undefined ? [...new Set([...known, ...fresh])] : [Number(onlySeed)];
  for (const seed of seeds) {
    try {
      drawFrom(new Random(~seed));
      await property(new Random(seed));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`COCHART_SEED=${seed} shows it: ${said}`, { cause: error });
    } finally {
      drawFrom(null);
    }
  }
  return seeds.length;
}
