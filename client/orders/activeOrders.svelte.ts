import { readActive, type ActiveOrder } from '../../shared/orders/active.ts';
import { ApiError, ask } from '../wire/api.ts';

const newestFirst = (a: ActiveOrder, b: ActiveOrder): number => ((a.at ?? '') < (b.at ?? '') ? 1 : -1);

/** The encounter's orders that are signed and in force. */
export class ActiveOrders {
  items = $state.raw<ActiveOrder[] | null>(null);
  failed = $state(false);
  #asked = 0;

  constructor(private readonly encounterId: string) {}

  async load(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const { active } = await ask<{ active: { id: string; resource: unknown }[] }>(
        'GET',
        `/api/encounters/${encodeURIComponent(this.encounterId)}/orders`,
        { background: this.items !== null },
      );
      if (mine !== this.#asked) return;
      this.items = active.map(({ id, resource }) => readActive(id, resource)).sort(newestFirst);
      this.failed = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine === this.#asked) this.failed = true;
    }
  }
}
