import type { Extensions } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { Text } from '@tiptap/extension-text';
import type * as Y from 'yjs';
import { Block } from './block.ts';
import { BodyDocument } from './document.ts';
import { marks } from './marks.ts';
import { OwnCaret, type OwnCaretOptions } from './ownCaret.ts';
import { OwnSelection } from './ownSelection.ts';
import { Reference } from './reference.ts';

/** What a body may contain, without anything that shares it. */
export const bodyExtensions: Extensions = [BodyDocument, Block, Reference, Text, ...marks];

export const sharedBody = (body: Y.XmlFragment, tell: OwnCaretOptions['tell']): Extensions => [
  ...bodyExtensions,
  // Its undo manager knows my own edits only.
  Collaboration.configure({ fragment: body }),
  OwnSelection,
  OwnCaret.configure({ tell }),
];
