import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { CarePlan } from '../../../client/carePlan/carePlan.svelte.ts';
import { appendLines, bodyIn } from '../../../client/history/copy.ts';
import { judge } from '../../../server/collab/gate.ts';
import { ShapeMap } from '../../../server/collab/paths.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { noteContent, writeNewNote } from '../../../shared/documents/note.ts';
import { registry } from '../../../shared/documents/registry.ts';

/** A draft as a client has it, what it sends, and the server's copy. */
function draft(): { doc: Y.Doc; server: Y.Doc; body: Y.XmlFragment; sent: Uint8Array[] } {
  const server = emptyDocument(registry.note.roots);
  writeNewNote(server, [{ id: 'plan', title: 'Plan', rank: 'a' }]);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server));
  const sent: Uint8Array[] = [];
  doc.on('update', (bytes: Uint8Array) => sent.push(bytes));
  return { doc, server, body: bodyIn(doc, { section: 'plan' })!, sent };
}

const linesOf = (doc: Y.Doc): unknown => noteContent(doc).sections[0]!.lines;

const old = [
  { kind: 'bullet', indent: 1, runs: [{ text: 'Walk ' }, { text: 'today', marks: { bold: {} } }] },
  { kind: 'check', checked: true, runs: [{ text: 'Weighed' }] },
  { kind: 'heading', level: 2, runs: [{ text: 'Later' }] },
  { kind: 'reference', value: '{"label":"Pulse","value":"72"}', runs: [{ text: 'Pulse 72' }] },
];

describe('old text that is copied into the draft', () => {
  test('fills a section in which nothing stands yet, as it was', () => {
    const { doc, body } = draft();
    appendLines(body, old);
    expect(linesOf(doc)).toEqual(old);
  });

  test('goes to the end of what stands there, which stays', () => {
    const { doc, body } = draft();
    appendLines(body, [{ kind: 'paragraph', runs: [{ text: 'Written since' }] }]);
    appendLines(body, [{ kind: 'paragraph', runs: [{ text: 'Written then' }] }]);
    expect(linesOf(doc)).toEqual([
      { kind: 'paragraph', runs: [{ text: 'Written since' }] },
      { kind: 'paragraph', runs: [{ text: 'Written then' }] },
    ]);
  });

  test('does not take on the marks of what it stands behind', () => {
    const { doc, body } = draft();
    appendLines(body, [
      { kind: 'paragraph', runs: [{ text: 'bold', marks: { bold: {} } }, { text: ' plain' }] },
    ]);
    expect(linesOf(doc)).toEqual([
      { kind: 'paragraph', runs: [{ text: 'bold', marks: { bold: {} } }, { text: ' plain' }] },
    ]);
  });

  test('is one edit of whoever copies it, and one that the gate takes', () => {
    const { doc, server, body, sent } = draft();
    appendLines(body, old);
    expect(sent).toHaveLength(1);
    const verdict = judge(sent[0]!, {
      doc: server,
      shapes: new ShapeMap(registry.note.roots),
      holds: (clientId) => (clientId === doc.clientID ? 'theirs' : 'foreign'),
      access: { mode: 'write', orderCategories: null },
    });
    expect(verdict.verdict).toBe('accept');
  });

  test('has no place in a section that is not there', () => {
    expect(bodyIn(draft().doc, { section: 'gone' })).toBeNull();
    expect(bodyIn(draft().doc, { problem: 'plan' })).toBeNull();
  });

  test('has no place in a problem that was removed: nobody would see it', () => {
    const doc = new Y.Doc();
    const plan = new CarePlan(doc);
    const problem = plan.addProblem({ title: 'Falls risk', code: null });
    expect(bodyIn(doc, { problem })).not.toBeNull();
    plan.remove(problem);
    expect(bodyIn(doc, { problem })).toBeNull();
  });
});
