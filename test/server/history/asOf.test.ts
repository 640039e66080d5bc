import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { pressEnter } from '../../../client/editor/blockCommands.ts';
import { noteContent, type NoteContent } from '../../../shared/documents/note.ts';
import type { PastSection } from '../../../shared/history/schema.ts';
import { pastContent } from '../../../server/history/content.ts';
import { DocumentHistory } from '../../../server/history/documentHistory.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { Team, type Person } from './team.ts';

type Step =
  | { do: 'type' | 'delete' | 'split' | 'bold' | 'move'; who: number; at: number; size: number; text: string }
  | { do: 'undo' | 'redo' | 'offline' | 'back' | 'dropLine' | 'retype'; who: number; at: number };

const place = { who: fc.nat(2), at: fc.nat(200) };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom(
      'type' as const,
      'type' as const,
      'delete' as const,
      'split' as const,
      'bold' as const,
      'move' as const,
    ),
    ...place,
    size: fc.integer({ min: 1, max: 8 }),
    text: fc.stringMatching(/^[a-c ]{1,6}$/),
  }),
  fc.record({
    do: fc.constantFrom(
      'undo' as const,
      'redo' as const,
      'offline' as const,
      'back' as const,
      'dropLine' as const,
      'retype' as const,
    ),
    ...place,
  }),
);

function take(person: Person, undo: Y.UndoManager, step: Step): void {
  const section = 'plan';
  if (step.do === 'undo') undo.undo();
  else if (step.do === 'redo') undo.redo();
  else if (step.do === 'offline') person.goOffline();
  else if (step.do === 'back') person.comeBack();
  else
    person.edit(section, (tr) => {
      // A body can be left without a line, by two who each undo one.
      if (tr.doc.childCount === 0) return;
      const index = step.at % tr.doc.childCount;
      let start = 1;
      for (let each = 0; each < index; each++) start += tr.doc.child(each).nodeSize;
      const line = tr.doc.child(index);
      const from = start + (step.at % (line.content.size + 1));
      if (step.do === 'dropLine') {
        if (tr.doc.childCount > 1) tr.delete(start - 1, start - 1 + line.nodeSize);
        return;
      }
      if (step.do === 'retype') {
        tr.setNodeMarkup(start - 1, null, { ...line.attrs, kind: step.at % 2 ? 'bullet' : 'check' });
        return;
      }
      const to = Math.min(start + line.content.size, from + ('size' in step ? step.size : 0));
      if (step.do === 'type') tr.insertText(step.text, from);
      else if (step.do === 'delete') tr.delete(from, to);
      else if (step.do === 'bold') tr.addMark(from, to, tr.doc.type.schema.marks['bold']!.create());
      else if (step.do === 'split') tr.split(from);
      else {
        const words = tr.doc.textBetween(from, to);
        tr.delete(from, to);
        tr.insertText(words, 1);
      }
    });
}

interface Run {
  text: string;
  marks?: Record<string, unknown>;
}

/** Runs with equal marks as one; who wrote them is left out. */
const merged = (runs: readonly Run[]): Run[] =>
  runs.reduce<Run[]>((all, { text, marks }) => {
    const last = all.at(-1);
    if (last && JSON.stringify(last.marks) === JSON.stringify(marks)) last.text += text;
    else all.push(marks ? { text, marks } : { text });
    return all;
  }, []);

/** What a plain reading of the document gives. */
const plain = (sections: readonly (PastSection | NoteContent['sections'][number])[]): object[] =>
  sections.map(({ id, title, lines }) => ({
    id,
    title,
    lines: lines.map(({ runs, ...line }) => ({ ...line, runs: merged(runs) })),
  }));

test('every moment is exactly what the document was then, whatever was done', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const team = Team.ofNote();
      const states: object[] = [];
      team.onEntry = (doc) => states.push(plain(noteContent(doc).sections));
      const people = ['A', 'B', 'C'].map((name) => {
        const person = team.join(name);
        return { person, undo: person.undoManager('plan') };
      });
      for (const each of steps) {
        const { person, undo } = people[each.who]!;
        take(person, undo, each);
      }
      for (const { person } of people) person.comeBack();
      const history = team.history();
      for (const [index, state] of states.entries()) {
        const past = pastContent(history, 'note', { seq: index + 2, from: null });
        expect(past.kind === 'note' && plain(past.sections)).toEqual(state);
      }
      history.destroy();
    }),
    { numRuns: 60 },
  );
});

test('a history that is read entry by entry is the one that is read at once', () => {
  const team = Team.ofNote();
  const [ana, ben] = [team.join('A'), team.join('B')];
  ana.type('plan', 'Stop the drip. Walk.');
  ben.press('plan', pressEnter, 'drip.');
  ben.delete('plan', 'the ');
  const whole = team.history();
  const stepwise = new DocumentHistory(registry.note.roots, 'sections');
  for (const entry of team.entries) stepwise.append([entry]);
  for (const seq of [5, 15, team.entries.length]) {
    const moment = { seq, from: 3 };
    expect(pastContent(stepwise, 'note', moment)).toEqual(pastContent(whole, 'note', moment));
  }
});
