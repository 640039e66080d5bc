import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { textNotDurable } from '../../../client/collab/refusedText.ts';

function line(doc: Y.Doc, text: string): Y.XmlText {
  const block = new Y.XmlElement('block');
  const content = new Y.XmlText();
  block.insert(0, [content]);
  doc.getXmlFragment('body').push([block]);
  content.insert(0, text);
  return content;
}

const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};

test('what the server has made durable is not offered back, what came after is', () => {
  const doc = new Y.Doc();
  const text = line(doc, 'Alert, full sentences.');
  const durable = Y.encodeStateVector(doc);
  text.insert(text.length, ' Crackles at the right base.');
  line(doc, 'Ankle oedema.');
  expect(textNotDurable(doc, durable)).toEqual(['Crackles at the right base.', 'Ankle oedema.']);
});

test('words come back in the order in which they stand, not in which they were typed', () => {
  const doc = new Y.Doc();
  const durable = Y.encodeStateVector(doc);
  const text = line(doc, 'at the base');
  text.insert(0, 'crackles ');
  expect(textNotDurable(doc, durable)).toEqual(['crackles at the base']);
});

test("somebody else's words are not offered as mine", () => {
  const theirs = new Y.Doc();
  line(theirs, 'Pulse regular.');
  const mine = copyOf(theirs);
  const block = mine.getXmlFragment('body').get(0) as Y.XmlElement;
  (block.get(0) as Y.XmlText).insert(14, ' Not any more.');
  expect(textNotDurable(mine, Y.encodeStateVector(theirs))).toEqual(['Not any more.']);
});

test('an order that was refused comes back as its medicine and dose', () => {
  const doc = new Y.Doc();
  const draft = new Y.Map<unknown>();
  draft.set('category', 'medication');
  draft.set('detail', {
    code: { system: 's', code: 'c', display: 'furosemide 10 mg/mL injection' },
    dose: { value: '40', unit: 'mg' },
    route: 'intravenous',
    timing: 'ONCE',
  });
  draft.set('priority', 'urgent');
  doc.getMap('drafts').set('id', draft);
  expect(textNotDurable(doc, null)).toEqual(['furosemide 10 mg/mL injection 40 mg intravenous ONCE']);
});
