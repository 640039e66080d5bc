import type * as Y from 'yjs';
import type { Lives } from './idTable.ts';

// The event type of a shared type says nothing to who only reads what it holds.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyType = Y.AbstractType<any>;

/** A document's life so far, as those see it who look for text in it while it is folded. */
export interface Folded {
  readonly lives: Lives;
  itemAt(id: Y.ID): Y.Item | null;
}
