import { TextSelection, type Transaction } from '@tiptap/pm/state';
import { following, indented, indentOf, kindOf, plainLine, type BlockAttributes } from './blockKinds.ts';

/** Sets the attributes of each line in the selection. */
export function retype(
  tr: Transaction,
  doIt: boolean,
  change: (attributes: BlockAttributes) => BlockAttributes,
): boolean {
  const { from, to } = tr.selection;
  let found = false;
  tr.doc.nodesBetween(from, to, (node, pos) => {
    if (node.type.name !== 'block') return false;
    found = true;
    if (doIt) tr.setNodeMarkup(pos, null, change(node.attrs as BlockAttributes));
    return false;
  });
  return found;
}

/** Enter: an empty list line steps out, everything else opens a line. */
export function pressEnter(tr: Transaction, doIt: boolean): boolean {
  if (!(tr.selection instanceof TextSelection)) return false;
  const { $from } = tr.selection;
  const line = $from.parent;
  if (line.type.name !== 'block') return false;
  if (!doIt) return true;
  const attributes = line.attrs as BlockAttributes;
  if (tr.selection.empty && line.content.size === 0 && kindOf(line) !== 'paragraph') {
    retype(tr, true, (held) => (indentOf(line) > 0 ? indented(held, -1) : { ...plainLine }));
    return true;
  }
  tr.deleteSelection();
  const at = tr.selection.$from;
  if (at.parentOffset === 0 && at.parent.content.size > 0) {
    // Opening a line above keeps this line's node, and with it what others are typing into it.
    tr.insert(at.before(), line.type.create({ ...attributes, checked: null }));
  } else {
    const atEnd = at.parentOffset === at.parent.content.size;
    const next = atEnd ? following(attributes) : { ...attributes, checked: null };
    tr.split(at.pos, 1, [{ type: line.type, attrs: next }]);
  }
  tr.scrollIntoView();
  return true;
}

/** Backspace at the start of a line first takes away its indent, then its kind; only then it joins lines. */
export function pressBackspace(tr: Transaction, doIt: boolean): boolean {
  const { $from, empty } = tr.selection;
  if (!empty || $from.parentOffset !== 0 || $from.parent.type.name !== 'block') return false;
  const line = $from.parent;
  const plain = kindOf(line) === 'paragraph';
  if (plain && indentOf(line) === 0) return false;
  if (doIt) retype(tr, true, (held) => (indentOf(line) > 0 ? indented(held, -1) : { ...plainLine }));
  return true;
}
