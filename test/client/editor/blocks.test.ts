import { getSchema } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state';
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { pressBackspace, pressEnter, retype } from '../../../client/editor/blockCommands.ts';
import { asKind, indented, maxIndent, type BlockAttributes } from '../../../client/editor/blockKinds.ts';
import { shorthands } from '../../../client/editor/blockRules.ts';
import { bodyExtensions } from '../../../client/editor/extensions.ts';
import { hrefOf } from '../../../client/editor/link.ts';
import { readReference, referenceParts } from '../../../client/editor/reference.ts';
import { slashItems, slashQuery } from '../../../client/editor/slashItems.ts';
import { bodyShape } from '../../../shared/documents/body.ts';

const schema = getSchema(bodyExtensions);

const line = (text: string, attributes: Partial<BlockAttributes> = {}): Node =>
  schema.node('block', { kind: 'paragraph', ...attributes }, text === '' ? [] : [schema.text(text)]);

/** A body with the caret drawn as `|`. */
function body(...lines: Node[]): EditorState {
  let caret = 1;
  const plain = lines.map((node) => node);
  let start = 0;
  const clean = plain.map((node) => {
    const at = node.textContent.indexOf('|');
    if (at >= 0) caret = start + 1 + at;
    const text = node.textContent.replace('|', '');
    const made = schema.node('block', node.attrs, text === '' ? [] : [schema.text(text)]);
    start += made.nodeSize;
    return made;
  });
  const doc = schema.node('doc', null, clean);
  return EditorState.create({ doc, selection: TextSelection.create(doc, caret) });
}

type Press = (tr: Transaction, doIt: boolean) => boolean;

function after(
  state: EditorState,
  press: Press,
): { did: boolean; lines: unknown[]; doc: Node; state: EditorState } {
  const { tr } = state;
  const did = press(tr, true);
  const next = state.apply(tr);
  const lines: unknown[] = [];
  next.doc.forEach((node) => {
    const attributes = Object.fromEntries(Object.entries(node.attrs).filter(([, value]) => value !== null));
    lines.push([node.textContent, attributes]);
  });
  return { did, lines, doc: next.doc, state: next };
}

describe('Enter', () => {
  test('a new line after a checked one is unchecked', () => {
    const { lines } = after(body(line('done|', { kind: 'check', checked: true })), pressEnter);
    expect(lines).toEqual([
      ['done', { kind: 'check', checked: true }],
      ['', { kind: 'check' }],
    ]);
  });

  test('a list goes on at its indent', () => {
    const { lines } = after(body(line('one|', { kind: 'numbered', indent: 2 })), pressEnter);
    expect(lines[1]).toEqual(['', { kind: 'numbered', indent: 2 }]);
  });

  test('an empty list line steps out, first its indent, then the list', () => {
    const first = after(body(line('|', { kind: 'bullet', indent: 1 })), pressEnter);
    expect(first.lines).toEqual([['', { kind: 'bullet' }]]);
    expect(after(first.state, pressEnter).lines).toEqual([['', { kind: 'paragraph' }]]);
  });

  test('after a heading comes plain text, inside a heading both parts stay headings', () => {
    expect(after(body(line('Plan|', { kind: 'heading', level: 2 })), pressEnter).lines[1]).toEqual([
      '',
      { kind: 'paragraph' },
    ]);
    expect(after(body(line('Pl|an', { kind: 'heading', level: 2 })), pressEnter).lines).toEqual([
      ['Pl', { kind: 'heading', level: 2 }],
      ['an', { kind: 'heading', level: 2 }],
    ]);
  });

  test('at the start of a written line it opens one above and leaves the line itself untouched', () => {
    const state = body(line('|words of two people'));
    const { doc } = after(state, pressEnter);
    expect(doc.child(1)).toBe(state.doc.child(0));
    expect(doc.child(0).textContent).toBe('');
  });
});

describe('Backspace at the start of a line', () => {
  test('takes the indent, then the kind, and only then joins', () => {
    const once = after(
      body(line('a'), line('|b', { kind: 'check', indent: 1, checked: true })),
      pressBackspace,
    );
    expect(once.lines[1]).toEqual(['b', { kind: 'check', checked: true }]);
    const twice = after(once.state, pressBackspace);
    expect(twice.lines[1]).toEqual(['b', { kind: 'paragraph' }]);
    expect(after(twice.state, pressBackspace).did).toBe(false);
  });
});

test('retyping a line changes its attributes and nothing of its text', () => {
  const { lines } = after(body(line('pulse regular|', { kind: 'check', checked: true })), (tr, doIt) =>
    retype(tr, doIt, (held) => asKind(held, 'heading', 2)),
  );
  expect(lines).toEqual([['pulse regular', { kind: 'heading', level: 2 }]]);
});

test('an indent stays between none and the deepest', () => {
  const none: BlockAttributes = { kind: 'bullet', level: null, indent: null, checked: null };
  expect(indented(none, -1).indent).toBeNull();
  expect(indented({ ...none, indent: maxIndent }, 1).indent).toBe(maxIndent);
});

test.each([
  ['- ', 'bullet'],
  ['* ', 'bullet'],
  ['1. ', 'numbered'],
  ['[] ', 'check'],
  ['[x] ', 'check'],
  ['## ', 'heading'],
  ['2. ', null],
  ['#### ', null],
])('typing %j at the start of a line makes %s of it', (typed, kind) => {
  expect(shorthands.find(({ find }) => find.test(typed))?.kind ?? null).toBe(kind);
});

describe('what the editor writes into the shared document', () => {
  const { block, reference } = bodyShape.nodes as Required<typeof bodyShape.nodes>;

  test('is within what a body may contain, absent where it is the default', () => {
    const doc = schema.node('doc', null, [
      line('plain'),
      line('head', { kind: 'heading', level: 3 }),
      line('box', { kind: 'check', checked: true, indent: 8 }),
      schema.node('reference', { value: '{"label":"INR","value":"2.6"}', text: 'INR 2.6' }),
      schema.node('block', { kind: 'bullet' }, [
        schema.text('bold', [schema.mark('bold')]),
        schema.text('link', [schema.mark('link', { href: 'https://example.org' })]),
      ]),
    ]);
    const mine = new Y.Doc();
    prosemirrorToYXmlFragment(doc, mine.getXmlFragment('body'));
    // As the server reads it off the wire.
    const read = new Y.Doc();
    Y.applyUpdate(read, Y.encodeStateAsUpdate(mine));
    const fragment = read.getXmlFragment('body');
    for (const node of fragment.toArray() as Y.XmlElement[]) {
      const shape = node.nodeName === 'block' ? block! : reference!;
      for (const [key, value] of Object.entries(node.getAttributes() as Record<string, unknown>)) {
        expect(shape.attributes[key]?.(value)).toBe(true);
      }
      for (const child of node.toArray()) {
        for (const run of (child as Y.XmlText).toDelta() as { attributes?: Record<string, unknown> }[]) {
          for (const [mark, value] of Object.entries(run.attributes ?? {})) {
            expect(shape.text?.marks[mark]?.(value)).toBe(true);
          }
        }
      }
    }
    expect((fragment.get(0) as Y.XmlElement).getAttributes()).toEqual({ kind: 'paragraph' });
    expect(yXmlFragmentToProseMirrorRootNode(fragment, schema).eq(doc)).toBe(true);
  });

  test('code and bold may stand on the same words, because two people may set them at once', () => {
    const both = schema.text('x', [schema.mark('bold'), schema.mark('code')]);
    expect(() => schema.node('block', null, [both]).check()).not.toThrow();
  });
});

test.each([
  ['https://example.org', true],
  ['mailto:a@example.org', true],
  ['tel:112', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['//example.org', false],
  [null, false],
])('a link to %j is followed: %s', (href, followed) => {
  expect(hrefOf(href) !== null).toBe(followed);
});

describe('a reference', () => {
  test('shows label, value with its unit, flag and time', () => {
    const value = JSON.stringify({ label: 'CRP', value: '212', unit: 'mg/L', flag: 'H', at: '21-Nov 18:40' });
    expect(referenceParts(value, 'CRP').map(([, , text]) => text.trim())).toEqual([
      'CRP',
      '212',
      'mg/L',
      'H',
      '21-Nov 18:40',
    ]);
  });

  test('shows its plain text when its value cannot be read', () => {
    expect(readReference('{"label":1}')).toBeNull();
    expect(readReference('not json')).toBeNull();
    expect(referenceParts('not json', 'CRP 212 mg/L')[0]?.[2]).toBe('CRP 212 mg/L');
  });
});

describe('the menu of /', () => {
  test('opens at the start of a line or after a space, and nowhere else', () => {
    expect(slashQuery('/')).toBe('');
    expect(slashQuery('see /cr')).toBe('cr');
    expect(slashQuery('1/2')).toBeNull();
    expect(slashQuery('mg/L')).toBeNull();
  });

  test('offers values before kinds of line, narrowed by what is typed', () => {
    const crp = { id: 'crp', label: 'CRP', detail: '212 mg/L', value: { label: 'CRP', value: '212' } };
    const inr = { id: 'inr', label: 'INR', detail: '2.6', value: { label: 'INR', value: '2.6' } };
    expect(
      slashItems('', [crp, inr])
        .map(({ id }) => id)
        .slice(0, 3),
    ).toEqual(['crp', 'inr', 'check']);
    expect(slashItems('cr', [crp, inr]).map(({ id }) => id)).toEqual(['crp']);
    expect(slashItems('numb', [crp]).map(({ id }) => id)).toEqual(['numbered']);
  });
});
