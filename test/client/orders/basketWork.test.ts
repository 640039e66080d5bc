import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { BasketWork } from '../../../client/orders/basketWork.svelte.ts';
import { Orders, type OrderContent } from '../../../client/orders/orders.svelte.ts';
import type { OrderableItem } from '../../../shared/orders/catalogue.ts';

const item = (display: string): OrderableItem => ({
  system: 's',
  code: display,
  display,
  category: 'laboratory',
  also: [],
  hints: {},
});
const content = (display: string): OrderContent => ({
  detail: { code: { system: 's', code: display, display } },
  indication: null,
  priority: 'routine',
  note: null,
});

let orders: Orders;
let work: BasketWork;
let place: unknown;

beforeEach(() => {
  place = null;
  orders = new Orders(new Y.Doc());
  work = new BasketWork(
    () => ({ present: ({ field }) => (place = field) }),
    () => orders,
  );
});

describe('in the basket', () => {
  test('one form is open at a time, and the others see at which order I am', () => {
    const id = orders.add('laboratory', content('Lactate'));
    work.start(item('Troponin T'));
    expect(place).toBe('order/new');
    work.edit(orders.drafts[0]!);
    expect([work.adding, work.editing?.id, place]).toEqual([null, id, `order/${id}`]);
    work.start(item('Troponin T'));
    expect([work.adding?.display, work.editing, place]).toEqual(['Troponin T', null, 'order/new']);
    work.stop();
    expect([work.adding, work.editing, place]).toEqual([null, null, null]);
  });

  test('what is not ordered opens no form, and closes none', () => {
    work.start(item('Lactate'));
    work.start({ ...item('Aspirin'), category: 'allergen' });
    expect(work.adding?.display).toBe('Lactate');
  });

  test('a form for a new order adds one, a form of an order changes that one', () => {
    work.start(item('Lactate'));
    work.save(content('Lactate'));
    expect(orders.drafts).toMatchObject([content('Lactate')]);
    work.edit(orders.drafts[0]!);
    work.save({ ...content('Lactate'), priority: 'stat' });
    expect(orders.drafts).toMatchObject([{ ...content('Lactate'), priority: 'stat' }]);
    expect([work.adding, work.editing, place]).toEqual([null, null, null]);
  });

  test('what I removed last is offered back until it is back, whoever put it there', () => {
    orders.add('laboratory', content('Lactate'));
    const [draft] = orders.drafts;
    work.remove(draft!);
    expect(work.lastRemoved?.id).toBe(draft!.id);
    // From the list of what was removed, here or on another screen.
    orders.restore(draft!.id);
    expect(work.lastRemoved).toBeNull();
  });
});
