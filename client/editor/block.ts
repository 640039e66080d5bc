import { Node } from '@tiptap/core';
import type { BlockKind } from '../../shared/documents/body.ts';
import { asKind, indented, kindOf, maxIndent, type BlockAttributes } from './blockKinds.ts';
import { pressBackspace, pressEnter, retype } from './blockCommands.ts';
import { blockInputRules } from './blockRules.ts';
import { BlockView } from './blockView.ts';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    block: {
      setBlockKind: (kind: BlockKind, level?: number) => ReturnType;
      toggleBlockKind: (kind: BlockKind, level?: number) => ReturnType;
      indentBlock: (by: 1 | -1) => ReturnType;
    };
  }
}

const integer = (value: string | null, low: number, high: number): number | null => {
  const number = Number(value);
  return value !== null && Number.isInteger(number) && number >= low && number <= high ? number : null;
};

/** How a line that was copied from somewhere else is understood. */
function fromListItem(item: HTMLElement): Partial<BlockAttributes> {
  let depth = -1;
  for (let list = item.closest('ul,ol'); list; list = list.parentElement?.closest('ul,ol') ?? null)
    depth += 1;
  return {
    kind: item.closest('ul,ol')?.tagName === 'OL' ? 'numbered' : 'bullet',
    indent: depth > 0 ? Math.min(depth, maxIndent) : null,
  };
}

const heading = (level: number) => ({
  tag: `h${level}`,
  attrs: { kind: 'heading', level: Math.min(level, 3) },
});

/**
 * A line. Its kind is an attribute, not a node type: retyping a line then never deletes text that somebody else is
 * typing into it.
 */
export const Block = Node.create({
  name: 'block',
  content: 'text*',
  marks: '_',
  defining: true,

  addAttributes() {
    const plain = { default: null, rendered: false };
    return { kind: plain, level: plain, indent: plain, checked: plain };
  },

  parseHTML() {
    return [
      {
        tag: '[data-block]',
        priority: 60,
        getAttrs: (element) => ({
          kind: element.getAttribute('data-block'),
          level: integer(element.getAttribute('data-level'), 1, 3),
          indent: integer(element.getAttribute('data-indent'), 1, maxIndent),
          checked: element.getAttribute('data-checked') === 'true' ? true : null,
        }),
      },
      { tag: 'li', getAttrs: fromListItem },
      ...[1, 2, 3, 4, 5, 6].map(heading),
      { tag: 'p', attrs: { kind: 'paragraph' } },
      { tag: 'div', attrs: { kind: 'paragraph' } },
      { tag: 'td', attrs: { kind: 'paragraph' } },
    ];
  },

  renderHTML({ node }) {
    const { level, indent, checked } = node.attrs;
    return [
      'p',
      { 'data-block': kindOf(node), 'data-level': level, 'data-indent': indent, 'data-checked': checked },
      0,
    ];
  },

  addNodeView() {
    return (props) => new BlockView(props);
  },

  addCommands() {
    return {
      setBlockKind:
        (kind, level) =>
        ({ tr, dispatch }) =>
          retype(tr, dispatch !== undefined, (attributes) => asKind(attributes, kind, level)),
      toggleBlockKind:
        (kind, level) =>
        ({ tr, state, dispatch }) => {
          const line = state.selection.$from.parent;
          const same = kindOf(line) === kind && (kind !== 'heading' || line.attrs['level'] === (level ?? 1));
          return retype(tr, dispatch !== undefined, (attributes) =>
            asKind(attributes, same ? 'paragraph' : kind, level),
          );
        },
      indentBlock:
        (by) =>
        ({ tr, dispatch }) =>
          retype(tr, dispatch !== undefined, (attributes) => indented(attributes, by)),
    };
  },

  addKeyboardShortcuts() {
    return {
      Enter: () => this.editor.commands.command(({ tr, dispatch }) => pressEnter(tr, dispatch !== undefined)),
      Backspace: () =>
        this.editor.commands.command(({ tr, dispatch }) => pressBackspace(tr, dispatch !== undefined)),
      // Only inside a list: elsewhere Tab leaves the field, as the keyboard promises.
      Tab: () =>
        kindOf(this.editor.state.selection.$from.parent) !== 'paragraph' &&
        this.editor.commands.indentBlock(1),
      'Shift-Tab': () =>
        Number(this.editor.state.selection.$from.parent.attrs['indent'] ?? 0) > 0 &&
        this.editor.commands.indentBlock(-1),
      'Mod-Alt-0': () => this.editor.commands.setBlockKind('paragraph'),
      'Mod-Alt-1': () => this.editor.commands.toggleBlockKind('heading', 1),
      'Mod-Alt-2': () => this.editor.commands.toggleBlockKind('heading', 2),
      'Mod-Shift-7': () => this.editor.commands.toggleBlockKind('numbered'),
      'Mod-Shift-8': () => this.editor.commands.toggleBlockKind('bullet'),
      'Mod-Shift-9': () => this.editor.commands.toggleBlockKind('check'),
    };
  },

  addInputRules() {
    return blockInputRules(this.type);
  },
});
