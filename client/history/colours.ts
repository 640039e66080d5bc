import { presenceColours } from '../../shared/access/presenceColours.ts';
import type { PastAuthor } from '../../shared/history/schema.ts';

/**
 * A colour for each author: the one in which the others see them now, where they are here; else one that nobody else
 * has, as long as there are any.
 */
export function authorColours(
  authors: readonly PastAuthor[],
  present: readonly { userId: string; colour: string }[],
): Map<string, string> {
  const now = new Map(present.map(({ userId, colour }) => [userId, colour]));
  const people = authors.filter(({ role }) => role !== 'system');
  const colours = new Map<string, string>();
  for (const { id } of people) {
    const colour = now.get(id);
    if (colour !== undefined) colours.set(id, colour);
  }
  const taken = new Set(colours.values());
  const free = presenceColours.filter((colour) => !taken.has(colour));
  people
    .filter(({ id }) => !colours.has(id))
    .forEach(({ id }, index) =>
      colours.set(id, free[index] ?? presenceColours[index % presenceColours.length]!),
    );
  return colours;
}
