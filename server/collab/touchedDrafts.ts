import * as Y from 'yjs';
import type { OrderCategory } from '../../shared/documents/orders.ts';
import { isValue } from './allowedContent.ts';
import type { Place } from './paths.ts';

/** The drafts that an update touches, for those who may order only some categories. */
export class TouchedDrafts {
  readonly #categories = new Map<unknown, unknown>();

  constructor(private readonly only: readonly OrderCategory[] | null) {}

  touch({ shape, container, key }: Place, item: Y.Item): void {
    if (this.only === null || shape.type !== 'map' || !shape.keys || !('category' in shape.keys)) return;
    const isCategory = key === 'category' && isValue(item.content);
    if (isCategory) this.#categories.set(container, item.content.getContent()[0]);
    else if (!this.#categories.has(container)) this.#categories.set(container, categoryIn(container));
  }

  allowed(): boolean {
    return (
      this.only === null ||
      [...this.#categories.values()].every((category) => this.only!.includes(category as OrderCategory))
    );
  }
}

const categoryIn = (container: Place['container']): unknown =>
  container instanceof Y.AbstractType ? container._map.get('category')?.content.getContent()[0] : undefined;
