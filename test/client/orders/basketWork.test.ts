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

  test('a form that holds what is in no basket is not closed for another one', () => {
    const id = orders.add('laboratory', content('Lactate'));
    work.start(item('Troponin T'));
    work.fields!.note = 'three hours after the first';
    work.edit(orders.drafts[0]!);
    work.start(item('Potassium'));
    expect([work.adding?.display, work.editing, place]).toEqual(['Troponin T', null, 'order/new']);
    expect([work.fields!.note, work.comesFirst]).toEqual(['three hours after the first', true]);
    work.escape();
    expect(work.fields!.note).toBe('three hours after the first');
    // Cancelled, and then the other one.
    work.stop();
    expect([work.isTouched, work.comesFirst]).toEqual([false, false]);
    work.edit(orders.drafts[0]!);
    expect([work.editing?.id, work.isTouched]).toEqual([id, false]);
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

  test('an open form stands where it was, and says what became of its order', () => {
    const doc = new Y.Doc();
    orders = new Orders(doc);
    for (const display of ['Lactate', 'Potassium', 'Troponin T']) orders.add('laboratory', content(display));
    const opened = orders.drafts[1]!;
    work.edit(opened);
    expect(work.meanwhile).toBeNull();

    orders.change(opened, { ...content('Potassium'), priority: 'stat' });
    expect(work.meanwhile).toBe('changed');

    orders.remove(opened.id);
    expect(work.meanwhile).toBe('removed');
    expect(orders.drafts).toHaveLength(2);
    expect(orders.groupsWith(work.editing)[0]!.drafts[1]).toBe(opened);

    // What signing does with a draft.
    doc.getMap<Y.Map<unknown>>('drafts').get(opened.id)!.set('ended', { reason: 'signed' });
    expect(work.meanwhile).toBe('ended');
    expect(orders.groupsWith(work.editing)[0]!.drafts[1]).toBe(opened);
    work.stop();
    expect(orders.groupsWith(work.editing)[0]!.drafts).toHaveLength(2);
  });

  test('saving a form whose order was removed puts it back, as it stands in the form', () => {
    orders.add('laboratory', content('Lactate'));
    work.edit(orders.drafts[0]!);
    orders.remove(work.editing!.id);
    work.save({ ...content('Lactate'), note: 'before the next dose' });
    expect(orders.removed).toEqual([]);
    expect(orders.drafts).toMatchObject([{ ...content('Lactate'), note: 'before the next dose' }]);
  });
});
