import { webcrypto } from 'node:crypto';
import type { Random } from './random.ts';

/*
 * Yjs draws its client ids from here, and who wins a tie depends on them. To be imported before Yjs is, which binds the
 * function as it loads; until `drawFrom` is called, the numbers are as random as ever.
 */
let stream: Random | null = null;
const real = webcrypto.getRandomValues.bind(webcrypto);

Object.defineProperty(webcrypto, 'getRandomValues', {
  value: <T extends NodeJS.TypedArray>(into: T): T => {
    if (stream === null || !(into instanceof Uint32Array)) return real(into as never);
    for (let index = 0; index < into.length; index++) into[index] = Math.floor(stream.next() * 2 ** 32);
    return into;
  },
});

/** Client ids come from the seed, so that a failure can be seen again. */
export const drawFrom = (random: Random | null): void => {
  stream = random;
};
