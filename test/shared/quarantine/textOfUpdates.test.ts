import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { textOfUpdates } from '../../../shared/quarantine/textOfUpdates.ts';

/** A document with one empty line, as somebody has it open, and the updates that they send from then on. */
function openNote() {
  const server = new Y.Doc();
  writeNewNote(server, [{ id: 's1', title: 'Plan', rank: 'm' }]);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server));
  const sent: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => sent.push(update));
  const body = doc.getMap<Y.Map<unknown>>('sections').get('s1')!.get('body') as Y.XmlFragment;
  const line = (body.get(0) as Y.XmlElement).get(0) as Y.XmlText;
  return { server, doc, sent, body, line };
}

const texts = (updates: Uint8Array[]): string[] => textOfUpdates(updates).map(({ text }) => text);

test('words that were typed letter by letter come back as words', () => {
  const { sent, line } = openNote();
  for (const [at, letter] of [...'Oxygen to target'].entries()) line.insert(at, letter);
  expect(sent.length).toBe(16);
  expect(texts(sent)).toEqual(['Oxygen to target']);
});

test('what was put before and between comes back where it stood, and what was taken away again does not', () => {
  const { sent, line } = openNote();
  line.insert(0, 'bases');
  line.insert(0, 'crackles at ');
  line.insert(12, 'both ');
  line.delete(0, 1);
  line.insert(0, 'C');
  expect(texts(sent)).toEqual(['Crackles at both bases']);
});

test('a word made bold on the way stays in its sentence', () => {
  const { sent, line } = openNote();
  line.insert(0, 'call  now');
  line.format(0, 4, { bold: {} });
  line.insert(5, 'outreach', { bold: {} });
  expect(texts(sent)).toEqual(['call outreach now']);
});

test('a new line leads back to the line beside which it was made', () => {
  const { server, sent, body } = openNote();
  const block = new Y.XmlElement('block');
  const text = new Y.XmlText();
  block.insert(0, [text]);
  body.insert(1, [block]);
  text.insert(0, 'Weigh at 06:00.');
  text.insert(15, ' Then rest.');
  const [found] = textOfUpdates(sent);
  expect(found?.text).toBe('Weigh at 06:00. Then rest.');
  const { client, clock } = found!.near!;
  const beside = Y.getItem(server.store, Y.createID(client, clock));
  expect(beside instanceof Y.Item && beside.parent).toBe(
    server.getMap<Y.Map<unknown>>('sections').get('s1')!.get('body'),
  );
});

test('an order comes back as its medicine and dose; codes and ranks are not words', () => {
  const doc = new Y.Doc();
  const draft = new Y.Map<unknown>();
  draft.set('category', 'medication');
  draft.set('detail', {
    code: { display: 'furosemide' },
    dose: { value: '20', unit: 'mg' },
    timing: 'ONCE',
  });
  draft.set('priority', 'urgent');
  draft.set('note', 'after the film');
  doc.getMap('drafts').set('o1', draft);
  expect(texts([Y.encodeStateAsUpdate(doc)]).toSorted()).toEqual(['after the film', 'furosemide 20 mg ONCE']);
});

test('a value that was set twice comes back as it was set last', () => {
  const { server } = openNote();
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server));
  const sent: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => sent.push(update));
  const section = doc.getMap<Y.Map<unknown>>('sections').get('s1')!;
  section.set('title', 'Plan for the night');
  section.set('title', 'Plan for the day');
  expect(texts(sent)).toEqual(['Plan for the day']);
});

describe('what nobody can read', () => {
  test('has no words and breaks nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (updates) => {
        expect(Array.isArray(textOfUpdates(updates))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('keeps the words of a readable update beside it', () => {
    const { sent, line } = openNote();
    line.insert(0, 'Pulse regular.');
    expect(texts([new Uint8Array([255, 255, 255]), ...sent, new Uint8Array()])).toEqual(['Pulse regular.']);
  });

  test('stays quick when it is one key set ten thousand times, each time on top of the last', () => {
    const { doc, sent } = openNote();
    const section = doc.getMap<Y.Map<unknown>>('sections').get('s1')!;
    for (let at = 0; at < 10_000; at++) section.set('title', `Plan ${at}`);
    expect(texts(sent)).toEqual(['Plan 9999']);
  });

  test('stays quick when a few bytes claim to delete everything', () => {
    const ranges = new Y.Doc();
    ranges.getText('t').insert(0, 'x'.repeat(50_000));
    ranges.getText('t').delete(1, 49_998);
    expect(texts([Y.encodeStateAsUpdate(ranges)])).toEqual(['xx']);
  });
});

test('random typing and deleting by one person reads as their own screen shows it', () => {
  const step = fc.record({ at: fc.nat(40), text: fc.string({ minLength: 1, maxLength: 4 }), cut: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { sent, line } = openNote();
      for (const { at, text, cut } of steps) {
        line.insert(Math.min(at, line.length), text);
        const from = Math.min(at, Math.max(0, line.length - cut));
        line.delete(from, Math.min(cut, line.length - from));
      }
      const shown = line
        .toDelta()
        .map(({ insert }: { insert: string }) => insert)
        .join('')
        .trim();
      expect(texts(sent).join('')).toBe(shown);
    }),
    { numRuns: 500 },
  );
});
