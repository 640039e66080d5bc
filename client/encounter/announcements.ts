/** Who came and went is read out at most this often. */
export const announceEveryMs = 10_000;

/**
 * What to say about who is here, given who was here when something was last said. Null when nothing changed: somebody
 * who came and left within the interval is not mentioned.
 */
export function arrivalsAndLeaves(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  words: { joined: (who: string) => string; left: (who: string) => string },
): string | null {
  const joined = [...now].filter(([id]) => !before.has(id)).map(([, title]) => words.joined(title));
  const left = [...before].filter(([id]) => !now.has(id)).map(([, title]) => words.left(title));
  return joined.length + left.length === 0 ? null : [...joined, ...left].join(' ');
}
