/** Presence colours (never severity colours). The server assigns one per person and document. */
export const presenceColours = [
  'blue',
  'teal',
  'violet',
  'magenta',
  'green',
  'slate',
  'brown',
  'indigo',
] as const;

/** Initials of a staff name: first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}
