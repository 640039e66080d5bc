import { InputRule } from '@tiptap/core';
import type { NodeType } from '@tiptap/pm/model';
import type { BlockKind } from '../../shared/documents/body.ts';
import { asKind, kindOf, type BlockAttributes } from './blockKinds.ts';

interface Shorthand {
  find: RegExp;
  kind: BlockKind;
  level?: (typed: string) => number;
  checked?: (typed: string) => boolean;
}

/** What can be typed at the start of a plain line instead of choosing its kind. */
export const shorthands: readonly Shorthand[] = [
  { find: /^[-*]\s$/, kind: 'bullet' },
  { find: /^1[.)]\s$/, kind: 'numbered' },
  { find: /^\[( |x)?\]\s$/, kind: 'check', checked: (typed) => typed.includes('x') },
  { find: /^#{1,3}\s$/, kind: 'heading', level: (typed) => typed.trim().length },
];

export const blockInputRules = (block: NodeType): InputRule[] =>
  shorthands.map(
    ({ find, kind, level, checked }) =>
      new InputRule({
        find,
        handler: ({ state, range, match }) => {
          const $start = state.doc.resolve(range.from);
          const line = $start.parent;
          if (line.type !== block || kindOf(line) !== 'paragraph') return null;
          const attributes = asKind(line.attrs as BlockAttributes, kind, level?.(match[0]));
          if (checked?.(match[0])) attributes.checked = true;
          state.tr.delete(range.from, range.to).setNodeMarkup($start.before(), null, attributes);
          return undefined;
        },
      }),
  );
