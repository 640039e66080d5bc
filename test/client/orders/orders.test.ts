import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import {
  contentOf,
  fieldsOf,
  keptTiming,
  type Code,
  type OrderFields,
} from '../../../client/orders/orderForm.ts';
import { Orders, type OrderContent } from '../../../client/orders/orders.svelte.ts';
import { startFields, suggestionsOf } from '../../../client/orders/suggestions.ts';
import { draftOrders } from '../../../shared/documents/orders.ts';
import { orderDetail } from '../../../shared/orders/schema.ts';

const code: Code = {
  system: 'http://example.org',
  code: '4603',
  display: 'furosemide 10 mg per mL injection',
};
const plain = { indication: null, priority: 'routine' as const, note: null };
const medicine = (value: string): OrderContent => ({
  detail: { code, dose: { value, unit: 'mg' }, route: 'intravenous', timing: 'ONCE' },
  ...plain,
});
const fields = (changes: Partial<OrderFields>): OrderFields => ({
  ...fieldsOf(medicine('40').detail, plain),
  ...changes,
});

/** Two people with the same basket, and how they hear of each other. */
function pair() {
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  const exchange = (): void => {
    for (const [from, to] of [docs, [docs[1], docs[0]]] as const) {
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
    }
  };
  return { docs, baskets: docs.map((doc) => new Orders(doc)) as [Orders, Orders], exchange };
}

describe('the basket', () => {
  test('what one proposes, the other sees, as the signable view reads it', () => {
    const { docs, baskets, exchange } = pair();
    baskets[0].add('medication', { ...medicine('40'), indication: 'fluid overload', priority: 'stat' });
    exchange();
    expect(baskets[1].drafts).toMatchObject([
      { category: 'medication', indication: 'fluid overload', priority: 'stat', contestedDetail: null },
    ]);
    expect(draftOrders(docs[1])[0]?.detail).toEqual(medicine('40').detail);
  });

  test('stands in the same order on both screens', () => {
    const { baskets, exchange } = pair();
    const named = (display: string): OrderContent => ({ detail: { code: { ...code, display } }, ...plain });
    baskets[0].add('laboratory', named('Lactate'));
    baskets[1].add('laboratory', named('Creatinine'));
    baskets[1].add('laboratory', named('Urea'));
    exchange();
    const order = baskets.map(({ drafts }) => drafts.map(({ id }) => id));
    expect(order[0]).toEqual(order[1]);
  });

  test('changing the indication does not set the dose again', () => {
    const { docs, baskets } = pair();
    baskets[0].add('medication', medicine('40'));
    const [before] = baskets[0].drafts;
    const touched: string[] = [];
    docs[0].getMap<Y.Map<unknown>>('drafts').observeDeep((events) => {
      for (const event of events) touched.push(...event.changes.keys.keys());
    });
    baskets[0].change(before!, { ...medicine('40'), indication: 'oedema' });
    expect(touched).toEqual(['indication']);
  });

  test('what another set while the form was open stays, where the form was not touched', () => {
    const { baskets, exchange } = pair();
    baskets[0].add('medication', medicine('40'));
    exchange();
    const [opened] = baskets[0].drafts;
    baskets[1].change(opened!, { ...medicine('20'), priority: 'stat' });
    exchange();
    baskets[0].change(opened!, { ...medicine('40'), note: 'with breakfast' });
    exchange();
    for (const { drafts } of baskets)
      expect(drafts).toMatchObject([
        { detail: medicine('20').detail, priority: 'stat', note: 'with breakfast' },
      ]);
  });

  test('removing is a mark that can be taken back', () => {
    const { baskets, exchange } = pair();
    const id = baskets[0].add('medication', medicine('40'));
    baskets[0].remove(id);
    exchange();
    expect(baskets[1].drafts).toEqual([]);
    expect(baskets[1].removed).toHaveLength(1);
    baskets[1].restore(id);
    exchange();
    expect(baskets[0].drafts).toHaveLength(1);
  });

  test('a contested dose shows both values, and choosing one sets it', () => {
    const { docs, baskets } = pair();
    const id = baskets[0].add('medication', medicine('40'));
    docs[0].getMap('contested').set('c1', {
      path: ['drafts', id, 'detail'],
      values: [
        { value: medicine('40').detail, user: 'u1', at: '2026-11-22T03:07:00Z' },
        { value: medicine('20').detail, user: 'u2', at: '2026-11-22T03:08:00Z' },
      ],
    });
    docs[0].getMap<Y.Map<unknown>>('drafts').get(id)!.set('detail', { contested: 'c1' });
    const [draft] = baskets[0].drafts;
    expect(draft?.contestedDetail?.values.map(({ user }) => user)).toEqual(['u1', 'u2']);
    baskets[0].choose(id, 'detail', draft!.contestedDetail!.values[1]!.value);
    expect(baskets[0].drafts[0]).toMatchObject({ contestedDetail: null, detail: medicine('20').detail });
  });

  test('an order that the server has ended leaves the basket', () => {
    const { docs, baskets } = pair();
    const id = baskets[0].add('medication', medicine('40'));
    docs[0].getMap<Y.Map<unknown>>('drafts').get(id)!.set('ended', { resource: 'r', contentHash: 'h' });
    expect(baskets[0].drafts).toEqual([]);
  });
});

describe('the order form', () => {
  test('makes an order that the shared schema accepts', () => {
    const read = contentOf('medication', code, fields({ dose: '0.5', duration: '5' }), 'needed');
    expect(read.ok && orderDetail.medication.safeParse(read.value.detail).success).toBe(true);
  });

  test('refuses a decimal comma with the way to write it', () => {
    const read = contentOf('medication', code, fields({ dose: '4,5' }), 'needed');
    expect(read).toMatchObject({ ok: false, error: { dose: expect.stringContaining('4.5') as string } });
  });

  test.each(['', 'abc', '-1', '0', '1,500'])('refuses %j as a dose', (dose) => {
    expect(contentOf('medication', code, fields({ dose }), 'needed')).toMatchObject({
      ok: false,
      error: { dose: expect.any(String) as string },
    });
  });

  test('names each missing field of a medicine', () => {
    const read = contentOf('medication', code, fields({ unit: '', route: ' ', timing: '' }), 'needed');
    expect(read).toEqual({ ok: false, error: { unit: 'needed', route: 'needed', timing: 'needed' } });
  });

  test('keeps a timing that it cannot write, and what an order is needed for', () => {
    const before = {
      ...medicine('40').detail,
      timing: { repeat: { frequency: 3, period: 1, periodUnit: 'wk' } },
      asNeeded: 'breathlessness',
    };
    const held = fieldsOf(before, plain);
    expect(held.timing).toBe(keptTiming);
    const read = contentOf('medication', code, held, 'needed', before);
    expect(read.ok && read.value.detail).toMatchObject({ timing: before.timing, asNeeded: 'breathlessness' });
  });

  test('keeps what a site has added to an order of another kind', () => {
    const before = { code, specimen: 'blood', tube: 'lithium heparin' };
    const read = contentOf('laboratory', code, fieldsOf(before, plain), 'needed', before);
    expect(read.ok && read.value.detail).toEqual(before);
  });

  test('starts from what the catalogue proposes, with the chosen strength in the name', () => {
    const item = {
      system: 's',
      code: '1',
      display: 'clarithromycin',
      category: 'medication' as const,
      also: [],
      hints: {
        forms: ['500 mg tablet', '250 mg tablet'],
        doses: ['500'],
        doseUnit: 'mg',
        routes: ['oral'],
        timings: ['BID'],
      },
    };
    const start = startFields(item);
    expect(suggestionsOf(item).units).toEqual(['mg']);
    const read = contentOf('medication', item, { ...start, form: '250 mg tablet', dose: '250' }, 'needed');
    expect(read.ok && read.value.detail).toEqual({
      code: { system: 's', code: '1', display: 'clarithromycin 250 mg tablet' },
      dose: { value: '250', unit: 'mg' },
      route: 'oral',
      timing: 'BID',
    });
  });
});
