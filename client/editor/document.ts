import { Node } from '@tiptap/core';

/** A section's body: a flat list of lines and references. The first name is what an empty body is filled with. */
export const BodyDocument = Node.create({
  name: 'doc',
  topNode: true,
  content: '(block | reference)+',
});
