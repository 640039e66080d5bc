import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { pressBackspace, pressEnter, retype } from '../../../client/editor/blockCommands.ts';
import { asKind } from '../../../client/editor/blockKinds.ts';
import { placeAfter, Team, type Person } from './team.ts';

function round(): { team: Team; ana: Person; ben: Person } {
  const team = Team.ofNote();
  return { team, ana: team.join('A'), ben: team.join('B') };
}

describe('who wrote a character', () => {
  test('follows from whose entry brought it', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Oxygen on');
    ben.type('plan', '2 litres ', 'Oxygen ');
    expect(team.text('plan')).toEqual(['A[Oxygen ] B[2 litres ] A[on]']);
    expect(team.text('assessment')).toEqual(['']);
  });

  test('is not what a client says about itself', () => {
    const { team, ana, ben } = round();
    // A forger may use any client id that the gate lets through: what counts is whose entry it was.
    ben.doc.clientID = ana.doc.clientID + 1;
    ben.type('plan', 'mine');
    expect(team.text('plan')).toEqual(['B[mine]']);
  });

  test('is told for every moment', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'ab');
    const then = team.entries.length;
    ben.delete('plan', 'a');
    ben.type('plan', 'c');
    expect(team.text('plan', then)).toEqual(['A[ab]']);
    expect(team.text('plan')).toEqual(['A[b] B[c]']);
    expect(team.text('plan', 0)).toEqual([]);
  });
});

describe('the first author stays', () => {
  test('when somebody splits the paragraph', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Stop the drip. Walk today.');
    ben.press('plan', pressEnter, 'Stop the drip.');
    expect(team.text('plan')).toEqual(['A[Stop the drip.]', 'A[ Walk today.]']);
  });

  test('when somebody splits it within a word, and a single letter is left over', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'abc');
    ben.press('plan', pressEnter, 'ab');
    expect(team.text('plan')).toEqual(['A[ab]', 'A[c]']);
  });

  test('of each of two who wrote the paragraph that a third one splits', () => {
    const { team, ana, ben } = round();
    const cai = team.join('C');
    ana.type('plan', 'Stop the drip, walk.');
    ben.type('plan', 'slow ', 'the ');
    cai.press('plan', pressEnter, 'Stop');
    expect(team.text('plan')).toEqual(['A[Stop]', 'A[ the ] B[slow ] A[drip, walk.]']);
  });

  test('when somebody joins two paragraphs', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'First line. ');
    ana.press('plan', pressEnter, 'First line. ');
    ana.type('plan', 'Second line.');
    ben.edit('plan', (tr) => tr.join(placeAfter(tr.doc, 'First line. ') + 1));
    expect(team.text('plan')).toEqual(['A[First line. Second line.]']);
  });

  test('when somebody makes it a list or a heading', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Walk today');
    ben.press('plan', (tr, doIt) => retype(tr, doIt, (line) => asKind(line, 'bullet')), 'Walk');
    ben.press('plan', pressBackspace, 'Walk today');
    expect(team.text('plan')).toEqual(['A[Walk today]']);
  });

  test('when somebody cuts it and pastes it elsewhere in one change', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Walk today. Stop the drip.');
    ana.press('plan', pressEnter, 'drip.');
    ana.type('plan', 'Later: ');
    ben.edit('plan', (tr) => {
      tr.delete(1, 1 + 'Walk today.'.length);
      tr.insertText('Walk today.', placeAfter(tr.doc, 'Later: '));
    });
    expect(team.text('plan')).toEqual(['A[ Stop the drip.]', 'A[Later: Walk today.]']);
  });

  test('when somebody cuts it and pastes it elsewhere in two changes', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Walk today. Stop the drip.');
    ben.delete('plan', 'Walk today. ');
    ben.edit('plan', (tr) => tr.insertText('Walk today. ', placeAfter(tr.doc, 'drip.')));
    expect(team.text('plan')).toEqual(['A[Stop the drip.Walk today. ]']);
  });

  test('over several moves', () => {
    const { team, ana, ben } = round();
    const cai = team.join('C');
    ana.type('plan', 'one two three four');
    ben.press('plan', pressEnter, 'one two');
    cai.press('plan', pressEnter, ' three');
    ben.edit('plan', (tr) => tr.join(placeAfter(tr.doc, 'one two') + 1));
    expect(team.text('plan')).toEqual(['A[one two three]', 'A[ four]']);
  });

  test('when a deletion is undone, and when that is redone and undone again', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Stop the drip. Walk.');
    const undo = ben.undoManager('plan');
    ben.doc.transact(() => ben.delete('plan', 'the drip. '), null);
    expect(team.text('plan')).toEqual(['A[Stop Walk.]']);
    undo.undo();
    expect(team.text('plan')).toEqual(['A[Stop the drip. Walk.]']);
    undo.redo();
    expect(team.text('plan')).toEqual(['A[Stop Walk.]']);
    undo.undo();
    expect(team.text('plan')).toEqual(['A[Stop the drip. Walk.]']);
  });

  test('when single letters that were deleted one by one are undone', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'abcdef');
    const undo = new Y.UndoManager(ben.body('plan'), { captureTimeout: 1_000_000 });
    for (const letter of ['e', 'd', 'c']) ben.delete('plan', letter);
    undo.undo();
    expect(team.text('plan')).toEqual(['A[abcdef]']);
  });

  test('when a whole deleted line is undone', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Stop the drip.');
    ana.press('plan', pressEnter, 'drip.');
    ana.type('plan', 'Walk.');
    const undo = ben.undoManager('plan');
    ben.edit('plan', (tr) => tr.delete(0, tr.doc.firstChild!.nodeSize));
    expect(team.text('plan')).toEqual(['A[Walk.]']);
    undo.undo();
    expect(team.text('plan')).toEqual(['A[Stop the drip.]', 'A[Walk.]']);
  });

  test('when a split is undone and redone', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Stop the drip. Walk.');
    const undo = ben.undoManager('plan');
    ben.press('plan', pressEnter, 'Stop the');
    undo.undo();
    expect(team.text('plan')).toEqual(['A[Stop the drip. Walk.]']);
    undo.redo();
    expect(team.text('plan')).toEqual(['A[Stop the]', 'A[ drip. Walk.]']);
  });
});

describe('what is not the first author’s', () => {
  test('words that somebody writes over others', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'target 88 to 92 %');
    ben.edit('plan', (tr) => {
      const to = placeAfter(tr.doc, '88 to 92');
      tr.insertText('92 to 96', to - '88 to 92'.length, to);
    });
    expect(team.text('plan')[0]).toContain('B[96]');
  });

  test('a letter that stands in another word by chance', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'fever');
    ben.edit('plan', (tr) => tr.insertText('ever since', 1, 1 + 'fever'.length));
    expect(team.text('plan')[0]).not.toMatch(/A\[.{0,2}\]/);
  });

  test('the same words, typed again later by somebody else', () => {
    const { team, ana, ben } = round();
    const cai = team.join('C');
    ana.type('plan', 'Walk today');
    ben.delete('plan', 'Walk today');
    cai.edit('plan', (tr) => tr.insertText('Walk today', placeAfter(tr.doc, '')));
    expect(team.text('plan')).toEqual(['C[Walk today]']);
  });
});

describe('between two moments', () => {
  test('what was added and removed is told, with who did it', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Target 88 to 92 %');
    const then = team.entries.length;
    ben.delete('plan', '88 to ');
    ben.type('plan', ' or more', '92 %');
    const [line] = team.sections(team.entries.length, then).find(({ id }) => id === 'plan')!.lines;
    expect(line!.runs).toMatchObject([
      { text: 'Target ', author: { id: 'A' } },
      { text: '88 to ', change: 'removed', author: { id: 'A' }, by: { id: 'B' } },
      { text: '92 %' },
      { text: ' or more', change: 'added', author: { id: 'B' } },
    ]);
  });

  test('text that only moved is neither', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Stop the drip. Walk.');
    const then = team.entries.length;
    ben.press('plan', pressEnter, 'drip.');
    const { lines } = team.sections(team.entries.length, then).find(({ id }) => id === 'plan')!;
    expect(lines.map(({ runs }) => runs.map(({ text, change }) => [text, change ?? 'same']))).toEqual([
      [['Stop the drip.', 'same']],
      [[' Walk.', 'same']],
    ]);
  });

  test('a line that is gone is told once', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'One');
    ana.press('plan', pressEnter, 'One');
    ana.type('plan', 'Two');
    const then = team.entries.length;
    ben.edit('plan', (tr) => tr.delete(0, tr.doc.firstChild!.nodeSize));
    const { lines } = team.sections(team.entries.length, then).find(({ id }) => id === 'plan')!;
    expect(lines.map(({ runs }) => runs.map(({ text, change }) => [text, change ?? 'same']))).toEqual([
      [['One', 'removed']],
      [['Two', 'same']],
    ]);
  });
});
