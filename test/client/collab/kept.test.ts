import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { LostPlaces } from '../../../client/collab/lostPlaces.ts';
import { ownLosses } from '../../../client/collab/ownLosses.ts';
import { appendLines, bodyAt, placeNear } from '../../../client/collab/place.ts';
import { KeptTexts, type KeptText } from '../../../client/collab/refused.svelte.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';

const room = 'e1/note/n1';
const refused = (id: string, text: string | null) => ({
  id,
  why: 'refused' as const,
  reason: 'gap',
  room,
  pieces: text === null ? [] : [{ text, place: 'sections/s1/body' }],
  stored: true,
});
const listed = (id: string, text: string): KeptText => ({
  ...refused(id, text),
  pieces: [{ text, place: null }],
  at: '2026-03-02T08:00:00.000Z',
  author: null,
  removedBy: null,
  isCut: false,
  isNew: false,
});

function lostPlacesOf(doc: Y.Doc): LostPlaces {
  const lost = new LostPlaces();
  doc.on('afterTransaction', (transaction: Y.Transaction) => lost.remember(ownLosses(transaction)));
  return lost;
}

describe('what is kept aside', () => {
  test('keeps the places that the page knew, and takes the time from the service', () => {
    const kept = new KeptTexts();
    kept.keep(refused('q1', 'Sat out.'));
    kept.receive([listed('q1', 'Sat out.')], new Set(['q1']));
    expect(kept.items).toMatchObject([
      {
        pieces: [{ text: 'Sat out.', place: 'sections/s1/body' }],
        at: '2026-03-02T08:00:00.000Z',
        isNew: true,
      },
    ]);
  });

  test('that the page could not read comes with the words that the service read', () => {
    const kept = new KeptTexts();
    kept.keep(refused('q1', null));
    kept.receive([listed('q1', 'Sat out.')], new Set(['q1']));
    expect(kept.items[0]?.pieces).toEqual([{ text: 'Sat out.', place: null }]);
  });

  test('that was settled on another device is gone here too', () => {
    const kept = new KeptTexts();
    kept.receive([listed('q1', 'Sat out.')], new Set());
    kept.receive([], new Set(['q1']));
    expect(kept.items).toEqual([]);
  });

  test('and happened while the list was on its way stays', () => {
    const kept = new KeptTexts();
    const known = new Set(kept.items.map(({ id }) => id));
    kept.keep(refused('q1', 'Sat out.'));
    kept.receive([], known);
    expect(kept.items).toHaveLength(1);
  });

  test('and that the service does not have stays until somebody lets it go', () => {
    const kept = new KeptTexts();
    kept.keep({ ...refused('local', 'Sat out.'), stored: false });
    kept.receive([], new Set(['local']));
    expect(kept.items).toHaveLength(1);
    kept.dismiss('local');
    expect(kept.items).toEqual([]);
  });

  test('of this page keeps its document’s chip loud; what is older or only lost its place does not', () => {
    const kept = new KeptTexts();
    kept.receive([listed('q1', 'Old words.')], new Set());
    kept.keep({ ...refused('r1', 'Lost.'), why: 'rescued' });
    expect(kept.refusedIn(room)).toBe(false);
    kept.keep(refused('q2', 'Sat out.'));
    expect([kept.refusedIn(room), kept.refusedIn('e1/orders')]).toEqual([true, false]);
  });

  test('nothing, of which the service has nothing, is not kept', () => {
    const kept = new KeptTexts();
    kept.keep({ ...refused('local', null), stored: false });
    expect(kept.items).toEqual([]);
  });
});

function openNote() {
  const theirs = new Y.Doc();
  writeNewNote(theirs, [{ id: 's1', title: 'Plan', rank: 'm' }]);
  const mine = new Y.Doc();
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
  const body = (doc: Y.Doc) => bodyAt(doc, 'sections/s1/body')!;
  return { theirs, mine, body };
}

describe('a place', () => {
  test('that is no body, or not there, takes no lines', () => {
    const { mine } = openNote();
    for (const place of [
      null,
      '',
      'sections',
      'sections/s1',
      'sections/s1/title',
      'sections/s2/body',
      'drafts/o1/note',
    ])
      expect(bodyAt(mine, place)).toBeNull();
    expect(mine.share.has('drafts')).toBe(false);
  });

  test('is found by what words stood beside, while the document still knows that', () => {
    const { mine, body } = openNote();
    const line = (body(mine).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    line.insert(0, 'Weigh at 06:00.');
    const client = mine.clientID;
    expect(placeNear(mine, { client, clock: 3 })).toBe('sections/s1/body');
    expect(placeNear(mine, { client, clock: 999 })).toBeNull();
    body(mine).delete(0, 1);
    expect(placeNear(mine, { client, clock: 3 })).toBeNull();
  });

  test('takes words back as lines at its end; its first empty line is used', () => {
    const { mine, body } = openNote();
    appendLines(mine, body(mine), 'Sat out.\nWalked to the door.');
    appendLines(mine, body(mine), 'Rested.');
    const lines = body(mine).toArray();
    expect(lines.map((line) => (line as Y.XmlElement).get(0).toString())).toEqual([
      'Sat out.',
      'Walked to the door.',
      'Rested.',
    ]);
    expect(lines.every((line) => (line as Y.XmlElement).getAttribute('kind') === 'paragraph')).toBe(true);
  });

  test('of words of mine that died with somebody else’s deletion is remembered', () => {
    const { theirs, mine, body } = openNote();
    const lost = lostPlacesOf(mine);
    const line = (body(mine).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    for (const [at, letter] of [...'Sat out.'].entries()) line.insert(at, letter);
    body(theirs).delete(0, 1);
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
    expect(body(mine).length).toBe(0);
    expect(lost.placeOf('Sat out.')).toBe('sections/s1/body');
    expect(lost.placeOf('a')).toBe('sections/s1/body');
    expect(lost.placeOf('Never written.')).toBeNull();
  });

  test('of words that I deleted myself is not', () => {
    const { mine, body } = openNote();
    const lost = lostPlacesOf(mine);
    const line = (body(mine).get(0) as Y.XmlElement).get(0) as Y.XmlText;
    line.insert(0, 'Sat out.');
    line.delete(0, 8);
    expect(lost.placeOf('Sat out.')).toBeNull();
  });
});
