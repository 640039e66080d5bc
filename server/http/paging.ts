import { z } from 'zod';

export const pageSize = 50;

/** The part of a list's query that says which page is asked for. */
export const offset = z.coerce.number().int().min(0).max(1_000_000).default(0);

/** A list's answer: its page and, when there is more, the query of the following one. */
export const listed = <T>(
  items: T[],
  more: boolean,
  query: Record<string, string | number | undefined>,
): { items: T[]; next?: string } => {
  if (!more) return { items };
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({
    ...query,
    offset: Number(query.offset ?? 0) + items.length,
  })) {
    if (value !== undefined) next.set(name, String(value));
  }
  return { items, next: next.toString() };
};
