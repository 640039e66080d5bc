import { startCochart } from './cochart.ts';
import type { Contender, ContenderName, StartOptions } from './contender.ts';
import { startPeer } from './peer.ts';

const startOne = (name: ContenderName, options: StartOptions): Promise<Contender> =>
  name === 'Cochart' ? startCochart(options) : startPeer(name, options);

/** Starts these servers, one after the other, and stops them when the work is done. */
export async function withContenders<T>(
  names: readonly ContenderName[],
  options: StartOptions,
  work: (contenders: Contender[]) => Promise<T>,
): Promise<T> {
  const contenders: Contender[] = [];
  try {
    for (const name of names) contenders.push(await startOne(name, options));
    return await work(contenders);
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
  }
}
