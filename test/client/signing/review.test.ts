import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { NoteReview } from '../../../client/signing/noteReview.svelte.ts';
import { OrderReview } from '../../../client/signing/orderReview.svelte.ts';
import { whyNotSign } from '../../../client/signing/readiness.ts';
import type { LiveDoc } from '../../../client/collab/liveDoc.svelte.ts';
import { noteText, writeNewNote } from '../../../shared/documents/note.ts';

const openedAt = new Date('2026-11-22T03:14:05Z');

function openNote() {
  const doc = new Y.Doc();
  writeNewNote(doc, [{ id: 's', title: 'Plan', rank: 'V' }]);
  const body = doc.getMap<Y.Map<unknown>>('sections').get('s')!.get('body') as Y.XmlFragment;
  const text = (body.get(0) as Y.XmlElement).get(0) as Y.XmlText;
  text.insert(0, 'Weigh at 06:00');
  let now = openedAt;
  const review = new NoteReview({ doc } as LiveDoc, () => now);
  const stop = review.follow(doc, () => null);
  return { text, review, stop, wait: (ms: number) => (now = new Date(now.getTime() + ms)) };
}

describe('a note under review', () => {
  test('is signed as it was when it was opened', () => {
    const { review } = openNote();
    expect(review.unseen).toBe(false);
    expect(noteText(review.seen)).toBe('Plan\nWeigh at 06:00');
  });

  test('that changes must be looked at; until then a signature would name what was seen', () => {
    const { text, review } = openNote();
    text.insert(text.length, ', and again');
    expect(review.unseen).toBe(true);
    expect(noteText(review.seen)).toBe('Plan\nWeigh at 06:00');
    expect(review.changes).toHaveLength(1);
    review.look();
    expect(review.unseen).toBe(false);
    expect(noteText(review.seen)).toBe('Plan\nWeigh at 06:00, and again');
    expect(review.changes).toHaveLength(1);
  });

  test('says by one clock when it was opened and when it changed', () => {
    const { text, review, wait } = openNote();
    wait(9_000);
    text.insert(0, 'x');
    expect(review.openedAt).toEqual(openedAt);
    expect(review.arrival?.at).toEqual(new Date('2026-11-22T03:14:14Z'));
  });

  test('marks what came after the last look, and not what was looked at before', () => {
    const { text, review } = openNote();
    text.insert(text.length, ' one');
    review.look();
    text.insert(text.length, ' two');
    expect(review.changes[0]!.pieces.map((piece) => piece.text)).toEqual([' two']);
  });

  test('has nothing to look at when a change is taken back', () => {
    const { text, review } = openNote();
    text.insert(0, 'x');
    text.delete(0, 1);
    expect(review.unseen).toBe(false);
  });

  test('is not followed any more once it is closed', () => {
    const { text, review, stop } = openNote();
    stop();
    text.insert(0, 'x');
    expect(review.unseen).toBe(false);
  });
});

describe('orders under review', () => {
  const troponin = { code: { system: 's', code: 'c', display: 'Troponin T' } };
  const basket = (...details: unknown[]): { doc: Y.Doc; drafts: Y.Map<Y.Map<unknown>> } => {
    const doc = new Y.Doc();
    const drafts = doc.getMap<Y.Map<unknown>>('drafts');
    details.forEach((detail, index) =>
      drafts.set(`o${index}`, new Y.Map(Object.entries({ category: 'laboratory', detail }))),
    );
    return { doc, drafts };
  };

  test('those that can be signed are chosen; contested and incomplete ones cannot be', () => {
    const { doc } = basket(troponin, { contested: 'c' }, null);
    const states = new OrderReview(doc).rows.map(({ draft, state, selected }) => [draft.id, state, selected]);
    expect(states.toSorted()).toEqual([
      ['o0', 'ready', true],
      ['o1', 'contested', false],
      ['o2', 'incomplete', false],
    ]);
  });

  test('one that changes is no longer chosen, until it is chosen as it now stands', async () => {
    const { doc, drafts } = basket(troponin);
    const review = new OrderReview(doc);
    const [before] = await review.toSign();
    drafts.get('o0')!.set('indication', 'chest pain');
    expect(review.rows).toMatchObject([
      { state: 'changed', selected: false, changed: ['indication'], changedBy: [doc.clientID] },
    ]);
    expect(await review.toSign()).toEqual([]);
    review.toggle(review.rows[0]!.draft, true);
    const [now] = await review.toSign();
    expect(now!.contentHash).not.toBe(before!.contentHash);
  });

  test('one that is proposed meanwhile is new as a whole, and is read before it is chosen', () => {
    const { doc, drafts } = basket(troponin);
    const review = new OrderReview(doc);
    drafts.set('o9', new Y.Map<unknown>(Object.entries({ category: 'laboratory', detail: troponin })));
    const row = review.rows.find(({ draft }) => draft.id === 'o9');
    expect(row).toMatchObject({ state: 'changed', selected: false, changed: null });
  });

  test('one that somebody else signs is gone', () => {
    const { doc, drafts } = basket(troponin);
    const review = new OrderReview(doc);
    drafts.get('o0')!.set('ended', { resource: 'ServiceRequest/x', contentHash: 'h' });
    expect(review.rows).toEqual([]);
  });
});

describe('whether a note can be signed now', () => {
  const facts = { loaded: true, signed: false, permitted: true, save: { kind: 'saved' } as const };
  test.each([
    ['everything is saved and the role signs it', {}, null],
    ['it is signed', { signed: true }, 'signed'],
    ['the role does not sign it', { permitted: false }, 'role'],
    ['it is not loaded', { loaded: false }, 'loading'],
    ['a change is on its way', { save: { kind: 'saving' } as const }, 'saving'],
    ['there is no connection', { save: { kind: 'reconnecting' } as const }, 'offline'],
    ['something was refused', { save: { kind: 'not-saved', why: 'refused' } as const }, 'not-saved'],
  ])('%s', (_when, more, why) => expect(whyNotSign({ ...facts, ...more })).toBe(why));
});
