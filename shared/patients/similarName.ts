import { fold } from './search.ts';

/**
 * Whether two family names are close enough to confuse two people on one ward: the same without accents and marks,
 * or, from five letters on, one letter changed, added, left out or swapped with its neighbour; or one part of a double
 * name that is the other name, or a part of it.
 */
export function areSimilarNames(one: string, other: string): boolean {
  const a = letters(one);
  const b = letters(other);
  if (a === '' || b === '') return false;
  if (a === b) return true;
  if (Math.min(a.length, b.length) >= 5 && isOneEditApart(a, b)) return true;
  const parts = new Set(partsOf(one));
  return partsOf(other).some((part) => parts.has(part));
}

/** Parts of a name that tell a family: `van`, `de` and their like do not. */
const partsOf = (name: string): string[] =>
  name
    .split(/[\s\-\u2010\u2011]+/)
    .map(letters)
    .filter((part) => part.length >= 4);

const letters = (name: string): string => fold(name).replace(/[^\p{L}]/gu, '');

function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (restA.slice(1) === restB.slice(1)) return true;
  if (restA === restB.slice(1) || restA.slice(1) === restB) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
