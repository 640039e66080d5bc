import { Node } from '@tiptap/core';

export interface ReferenceValue {
  label: string;
  value: string;
  unit?: string;
  flag?: string;
  /** As shown. */
  at?: string;
  /** The observation it came from. */
  source?: string;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    reference: { insertReference: (value: ReferenceValue, text: string) => ReturnType };
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Null when it was not written by something that knows references: then its plain text is shown. */
export function readReference(value: unknown): ReferenceValue | null {
  if (typeof value !== 'string') return null;
  try {
    const held: unknown = JSON.parse(value);
    if (typeof held !== 'object' || held === null) return null;
    const { label, value: shown, unit, flag, at, source } = held as Record<string, unknown>;
    if (!isText(label) || !isText(shown)) return null;
    return {
      label,
      value: shown,
      ...(isText(unit) ? { unit } : {}),
      ...(isText(flag) ? { flag } : {}),
      ...(isText(at) ? { at } : {}),
      ...(isText(source) ? { source } : {}),
    };
  } catch {
    return null;
  }
}

type Part = [string, { class: string }, string];

/** Label, bold value, unit, flag, time: what the chip shows. */
export function referenceParts(value: unknown, text: unknown): Part[] {
  const held = readReference(value);
  if (held === null) return [['span', { class: 'reference-label' }, isText(text) ? text : '…']];
  const parts: Part[] = [
    ['span', { class: 'reference-label' }, held.label],
    ['strong', { class: 'reference-value' }, held.unit ? `${held.value} ` : held.value],
  ];
  if (held.unit) parts.push(['span', { class: 'reference-unit' }, held.unit]);
  if (held.flag) parts.push(['strong', { class: 'reference-flag' }, held.flag]);
  if (held.at) parts.push(['span', { class: 'reference-at' }, held.at]);
  return parts;
}

/** A vital sign or a result with its value and time, standing among the lines of a note. */
export const Reference = Node.create({
  name: 'reference',
  atom: true,
  selectable: true,
  draggable: false,

  addAttributes() {
    return { value: { default: null, rendered: false }, text: { default: null, rendered: false } };
  },

  parseHTML() {
    return [
      {
        tag: '[data-reference]',
        getAttrs: (element) => ({
          value: element.getAttribute('data-reference'),
          text: element.getAttribute('data-text') ?? '',
        }),
      },
    ];
  },

  renderHTML({ node }) {
    const { value, text } = node.attrs;
    return [
      'div',
      { class: 'reference', 'data-reference': value, 'data-text': text, title: text },
      ...referenceParts(value, text),
    ];
  },

  renderText({ node }) {
    return String(node.attrs['text'] ?? '');
  },

  addCommands() {
    return {
      insertReference:
        (value, text) =>
        ({ tr, dispatch }) => {
          const { $from } = tr.selection;
          if ($from.depth === 0) return false;
          if (!dispatch) return true;
          const node = this.type.create({ value: JSON.stringify(value), text });
          const line = $from.parent;
          // Between the lines: an empty line gives its place, a written one stays whole.
          tr.insert(line.content.size === 0 ? $from.before() : $from.after(), node);
          return true;
        },
    };
  },
});
