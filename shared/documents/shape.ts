/**
 * What a collaborative document may contain, as data. The gate reads it; nothing that it does not name can enter a
 * document. Shapes never recurse, so depth is bounded by the shape itself.
 */
export type Shape = MapShape | FragmentShape | NodeShape | TextShape;

export interface MapShape {
  type: 'map';
  /** Keys with a fixed name. */
  keys?: Readonly<Record<string, Entry>>;
  /** The entry under every other key that matches `idPattern`. */
  each?: Entry;
}

/** What stands under a key of a map. */
export type Entry =
  | ValueEntry
  /** A shared type: created once, by whom `by` says, and never deleted or replaced. */
  | { type: 'shared'; shape: MapShape | FragmentShape; by: 'anyone' | 'server' };

export interface ValueEntry {
  type: 'value';
  accepts: (value: unknown) => boolean;
  by: 'anyone' | 'server';
  /** Set by the first who creates the map, and never changed. */
  once?: true;
  /** Shown and acted on: two people setting it at once is a disagreement, not a race. */
  contested?: true;
}

/** XmlFragment: a flat list of nodes. */
export interface FragmentShape {
  type: 'fragment';
  nodes: Readonly<Record<string, NodeShape>>;
}

/** XmlElement. */
export interface NodeShape {
  type: 'node';
  attributes: Readonly<Record<string, (value: unknown) => boolean>>;
  /** Null: an atom. */
  text: TextShape | null;
}

/** XmlText. */
export interface TextShape {
  type: 'text';
  marks: Readonly<Record<string, (value: unknown) => boolean>>;
}

/** Keys that clients make. `__proto__` and its like do not match. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

export const maxJsonBytes = 16 * 1024;
const maxJsonDepth = 8;

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Plain JSON within bounds, free of keys that could become a prototype. */
export function isPlainJson(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.length <= maxJsonBytes;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth >= maxJsonDepth) return false;
  if (Array.isArray(value)) return value.length <= 256 && value.every((item) => isPlainJson(item, depth + 1));
  // lib0 builds objects by assignment, so a hostile `__proto__` shows as a foreign prototype rather than as a key.
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  const keys = Object.keys(value);
  return (
    keys.length <= 64 &&
    keys.every(
      (key) => !forbiddenKeys.has(key) && isPlainJson((value as Record<string, unknown>)[key], depth + 1),
    )
  );
}

export const isShortText = (value: unknown): boolean => typeof value === 'string' && value.length <= 2_000;

/** Clearing is setting null. */
export const orNull =
  (accepts: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || accepts(value);

export const isOneOf =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

export const isIntegerBetween =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high;

export const isJsonObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && isPlainJson(value);
