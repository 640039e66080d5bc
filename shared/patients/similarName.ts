import { fold } from './search.ts';

/**
 * Whether two family names are close enough to confuse two people on one ward: the same without accents and marks,
 * or, from five letters on, one letter changed, added, left out or swapped with its neighbour.
 */
export function areSimilarNames(one: string, other: string): boolean {
  const a = letters(one);
  const b = letters(other);
  if (a === '' || b === '') return false;
  if (a === b) return true;
  return Math.min(a.length, b.length) >= 5 && isOneEditApart(a, b);
}

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
