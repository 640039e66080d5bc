const alphabet = 'abcdefghijklmnopqrstuvwxyz';

/** From this length on a word is worth a second look; shorter ones are one slip away from almost anything. */
const leastLetters = 4;

/**
 * The words that are one slip of the fingers away from a folded word (Damerau 1964: two letters exchanged, one left
 * out, one too many, one wrong). None for short words and for numbers: a number that is nearly right is another
 * patient's.
 */
export function nearWords(word: string): string[] {
  if (word.length < leastLetters || /\p{N}/u.test(word)) return [];
  const letters = [...word];
  const found = new Set<string>();
  const add = (...parts: string[][]) => found.add(parts.flat().join(''));
  for (let at = 0; at <= letters.length; at++) {
    const before = letters.slice(0, at);
    const after = letters.slice(at);
    const [first, second, ...rest] = after;
    if (first !== undefined && second !== undefined) add(before, [second, first], rest);
    // Without its last letter a word is only a shorter beginning of itself.
    if (second !== undefined) add(before, after.slice(1));
    for (const letter of alphabet) {
      if (first !== undefined) add(before, [letter], after.slice(1));
      // After its last letter, it is a longer beginning of itself.
      if (first !== undefined) add(before, [letter], after);
    }
  }
  found.delete(word);
  return [...found];
}
