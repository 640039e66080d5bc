import type { Node } from '@tiptap/pm/model';
import { blockKinds, type BlockKind } from '../../shared/documents/body.ts';

/** Attributes of a line. Null means absent in the shared document, which is the default of each. */
export interface BlockAttributes {
  kind: BlockKind | null;
  level: number | null;
  indent: number | null;
  checked: boolean | null;
}

export const maxIndent = 8;

export const plainLine: BlockAttributes = { kind: 'paragraph', level: null, indent: null, checked: null };

export const kindOf = (block: Node): BlockKind =>
  blockKinds.find((kind) => kind === block.attrs['kind']) ?? 'paragraph';

export const indentOf = (block: Node): number => Number(block.attrs['indent'] ?? 0);

/** What a line becomes when its kind is set. */
export function asKind(attributes: BlockAttributes, kind: BlockKind, level = 1): BlockAttributes {
  return {
    kind,
    level: kind === 'heading' ? level : null,
    indent: kind === 'heading' ? null : attributes.indent,
    checked: kind === 'check' ? attributes.checked : null,
  };
}

/** The line that Enter opens after this one: never checked, and plain after a heading. */
export function following(attributes: BlockAttributes): BlockAttributes {
  if (attributes.kind === 'heading' || attributes.kind === null)
    return { ...plainLine, indent: attributes.indent };
  return { ...attributes, level: null, checked: null };
}

export function indented(attributes: BlockAttributes, by: 1 | -1): BlockAttributes {
  const indent = Math.min(maxIndent, Math.max(0, (attributes.indent ?? 0) + by));
  return { ...attributes, indent: indent === 0 ? null : indent };
}
