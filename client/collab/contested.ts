import type * as Y from 'yjs';

/** One of the values that several people set at once. */
export interface ContestedValue {
  value: unknown;
  /** Who set it, as the server names them. */
  user: string | null;
  name: string | null;
  at: string | null;
}

export interface Contested {
  id: string;
  values: ContestedValue[];
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function readValue(held: unknown): ContestedValue[] {
  if (typeof held !== 'object' || held === null || !('value' in held)) return [];
  const { value, user, at } = held as Record<string, unknown>;
  const person = typeof user === 'object' && user !== null ? (user as Record<string, unknown>) : null;
  return [
    {
      value,
      user: person ? text(person['id']) : text(user),
      name: person ? text(person['name']) : null,
      at: text(at),
    },
  ];
}

/**
 * What stands behind a marker `{contested: id}`: the values that nobody may use before somebody chooses. Null when the
 * key holds an ordinary value.
 */
export function contestedAt(root: Y.Map<unknown>, held: unknown): Contested | null {
  if (typeof held !== 'object' || held === null || !('contested' in held)) return null;
  const id = text(held.contested) ?? '';
  const entry = root.get(id);
  const values =
    typeof entry === 'object' && entry !== null ? (entry as { values?: unknown }).values : undefined;
  return { id, values: Array.isArray(values) ? values.flatMap(readValue) : [] };
}
