import * as Y from 'yjs';
import type { Shape } from '../../shared/documents/shape.ts';

/** A document with its roots in place, so that no update can decide what a root is. */
export function emptyDocument(roots: Readonly<Record<string, Shape>>): Y.Doc {
  const doc = new Y.Doc({ gc: true });
  for (const [name, shape] of Object.entries(roots)) {
    if (shape.type === 'map') doc.getMap(name);
    else doc.getXmlFragment(name);
  }
  return doc;
}
