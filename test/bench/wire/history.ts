import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as Y from 'yjs';
import { noteRoots } from '../../../shared/documents/note.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import type { StoredHistory } from '../contenders/contender.ts';
import { bodyOf, newBlock, noteSeed, textOf } from './updates.ts';

/** Authors take turns of so many edits. */
const clientIds = [3_100_000_001, 3_100_000_077, 3_100_004_242, 3_100_090_909];
const turnEdits = 400;
const blocks = 80;
/** Together with what is taken back, this gives a state as large as that of the recorded history below. */
const longestRun = 240;
const letters = 'etaoin shrdlu cmfwypv';

/** The same numbers each time, so that every run stores the same history (Park and Miller's generator, 1988). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Keeps every update of a document that is written by `edits` calls of `edit`. */
function record(
  edits: number,
  edit: (doc: Y.Doc, body: Y.XmlFragment, number: number) => void,
): StoredHistory {
  const doc = emptyDocument(noteRoots);
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => void updates.push(update));
  Y.applyUpdate(doc, noteSeed.bytes);
  const body = bodyOf(doc);
  for (let number = 0; number < edits; number++) edit(doc, body, number);
  const history = {
    updates,
    clientIds: [noteSeed.clientId, ...clientIds],
    state: Y.encodeStateAsUpdate(doc),
    text: textOf(doc),
  };
  doc.destroy();
  return history;
}

/** People who type a run of characters somewhere, take some back, and go elsewhere; one character an edit. */
export function syntheticHistory(edits: number): StoredHistory {
  const random = randomNumbers(20_260_302);
  let text: Y.XmlText | null = null;
  let at = 0;
  let run = 0;
  let takesBack = 0;
  return record(edits, (doc, body, number) => {
    doc.clientID = clientIds[Math.floor(number / turnEdits) % clientIds.length]!;
    if (body.length < blocks || text === null) {
      const block = newBlock('');
      body.insert(body.length, [block]);
      text = block.get(0) as Y.XmlText;
      at = 0;
      return;
    }
    if (run-- <= 0) {
      text = (body.get(Math.floor(random() * body.length)) as Y.XmlElement).get(0) as Y.XmlText;
      at = Math.floor(random() * (text.length + 1));
      run = Math.floor(random() * longestRun);
    }
    if (takesBack === 0 && random() < 0.02) takesBack = 1 + Math.floor(random() * 8);
    if (takesBack > 0 && at > 0) {
      takesBack--;
      text.delete(--at, 1);
    } else text.insert(at++, letters[Math.floor(random() * letters.length)]!);
  });
}

interface Trace {
  txns: { patches: [at: number, deleted: number, inserted: string][] }[];
}

/** One author's keystrokes as they were recorded (github.com/josephg/editing-traces, CC BY 4.0). */
export function recordedHistory(file: string): StoredHistory {
  const { txns } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Trace;
  let text: Y.XmlText | null = null;
  return record(txns.length, (doc, body, number) => {
    doc.clientID = clientIds[0]!;
    doc.transact(() => {
      if (text === null) {
        const block = newBlock('');
        body.insert(body.length, [block]);
        text = block.get(0) as Y.XmlText;
      }
      for (const [at, deleted, inserted] of txns[number]!.patches) {
        if (deleted > 0) text.delete(at, deleted);
        if (inserted.length > 0) text.insert(at, inserted);
      }
    });
  });
}
