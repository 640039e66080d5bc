import {
  isIntegerBetween,
  isOneOf,
  isPlainJson,
  isShortText,
  orNull,
  type FragmentShape,
  type TextShape,
} from './shape.ts';

export const blockKinds = ['paragraph', 'heading', 'bullet', 'numbered', 'check'] as const;
export type BlockKind = (typeof blockKinds)[number];

/** Link targets that a click may follow. */
export const safeLink = /^(https?:\/\/|mailto:|tel:)/i;

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && isPlainJson(value) && Object.keys(value).length === 0;

/** A mark begins with its value and ends with null. */
const mark = orNull(isEmptyObject);

const isLink = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || !isPlainJson(value)) return false;
  const { href, ...rest } = value as { href?: unknown };
  return (
    typeof href === 'string' &&
    href.length <= 2_000 &&
    safeLink.test(href) &&
    Object.values(rest).every((v) => v === null)
  );
};

const text: TextShape = {
  type: 'text',
  marks: { bold: mark, italic: mark, underline: mark, code: mark, link: orNull(isLink) },
};

const isJsonString = (value: unknown): boolean => {
  if (typeof value !== 'string' || value.length > 4_000) return false;
  try {
    return isPlainJson(JSON.parse(value));
  } catch {
    return false;
  }
};

/**
 * The text of a section or an evaluation: a flat list of blocks and references. A line's kind, level and indent are
 * attributes, so that retyping a line never deletes its text.
 */
export const bodyShape: FragmentShape = {
  type: 'fragment',
  nodes: {
    block: {
      type: 'node',
      attributes: {
        kind: isOneOf(...blockKinds),
        level: isIntegerBetween(1, 3),
        indent: isIntegerBetween(0, 8),
        checked: isOneOf(true, false),
      },
      text,
    },
    reference: { type: 'node', attributes: { value: isJsonString, text: isShortText }, text: null },
  },
};
