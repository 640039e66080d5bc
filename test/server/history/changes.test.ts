import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { pressEnter } from '../../../client/editor/blockCommands.ts';
import { historyQuery, type Change, type HistoryPage } from '../../../shared/history/schema.ts';
import { changesPage } from '../../../server/history/changes.ts';
import { sealBytes } from '../../../server/log/sealing.ts';
import { Team, type Person } from './team.ts';

const page = (team: Team, query: Record<string, string> = {}): HistoryPage =>
  changesPage(
    team.history(),
    team.kind,
    historyQuery.parse({ document: 'x', group: '30', order: 'oldest', ...query }),
    (id) => ({ id, name: id, role: id === 'system' ? 'system' : 'nurse' }),
  );

const told = (items: readonly Change[]): string[] =>
  items.map(({ user, summary }) => `${user.id}: ${summary}`.replaceAll('\u00A0', ' '));

function round(): { team: Team; ana: Person; ben: Person } {
  const team = Team.ofNote();
  return { team, ana: team.join('A'), ben: team.join('B') };
}

describe('a change', () => {
  test('is what one person wrote in one place without a long pause', () => {
    const { team, ana } = round();
    ana.type('plan', 'Stop the drip.');
    team.wait(31_000);
    ana.type('plan', ' Walk.');
    ana.type('assessment', 'Better');
    expect(told(page(team).items)).toEqual([
      'system: Started the note',
      'A: Added “Stop the drip.”',
      'A: Added “Walk.”',
      'A: Added “Better”',
    ]);
    expect(page(team).items.map(({ sections }) => sections.map(({ title }) => title))).toEqual([
      ['Assessment', 'Plan'],
      ['Plan'],
      ['Plan'],
      ['Assessment'],
    ]);
  });

  test('of each of two who type at the same time is one', () => {
    const { team, ana, ben } = round();
    for (const [mine, yours] of [
      ['S', 'B'],
      ['t', 'e'],
      ['o', 't'],
      ['p', 't'],
    ] as const) {
      ana.type('plan', mine);
      ben.type('assessment', yours);
    }
    expect(told(page(team).items).slice(1)).toEqual(['A: Added “Stop”', 'B: Added “Bett”']);
  });

  test('is each entry when nothing is grouped', () => {
    const { team, ana } = round();
    ana.type('plan', 'ab');
    const { items, total, lastSeq } = page(team, { group: '0' });
    expect(told(items)).toEqual(['system: Started the note', 'A: Added “a”', 'A: Added “b”']);
    expect({ total, lastSeq }).toEqual({ total: 3, lastSeq: 3 });
    expect(items.map(({ seq, firstSeq, index }) => [seq, firstSeq, index])).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]);
  });

  test('says what replaced what, what went, and what only moved', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'Target 88 %. Walk.');
    team.wait(60_000);
    ben.delete('plan', '88');
    ben.type('plan', '92', 'Target ');
    team.wait(60_000);
    ben.press('plan', pressEnter, '92 %.');
    team.wait(60_000);
    ben.delete('plan', ' Walk.');
    const { items } = page(team);
    expect(told(items).slice(1)).toEqual([
      'A: Added “Target 88 %. Walk.”',
      'B: Replaced “88” with “92”',
      'B: Moved text',
      'B: Deleted “Walk.”',
    ]);
    expect(items.slice(1).map(({ kind, added, removed }) => [kind, added, removed])).toEqual([
      ['text', 18, 0],
      ['text', 2, 2],
      ['layout', 0, 0],
      ['text', 0, 6],
    ]);
  });

  test('that took itself back says so', () => {
    const { team, ana } = round();
    ana.type('plan', 'ab');
    ana.delete('plan', 'ab');
    expect(told(page(team).items).at(-1)).toBe('A: Wrote something and took it back');
  });
});

describe('a page of changes', () => {
  const long = (): Team => {
    const { team, ana, ben } = round();
    for (let index = 0; index < 6; index++) {
      (index % 2 === 0 ? ana : ben).type(index < 4 ? 'plan' : 'assessment', `${index}`);
      team.wait(60_000);
    }
    return team;
  };

  test('goes on where the last one ended, also when something was written meanwhile', () => {
    const team = long();
    const first = page(team, { order: 'newest', limit: '3' });
    expect(told(first.items)).toEqual(['B: Added “5”', 'A: Added “4”', 'B: Added “3”']);
    team.join('C').type('plan', 'later');
    const second = page(team, Object.fromEntries(new URLSearchParams(first.next)));
    expect(told(second.items)).toEqual(['A: Added “2”', 'B: Added “1”', 'A: Added “0”']);
    expect(second.next).toBeDefined();
  });

  test('has those of one author, or of one section, with their numbers among all', () => {
    const team = long();
    expect(told(page(team, { author: 'B' }).items)).toEqual(['B: Added “1”', 'B: Added “3”', 'B: Added “5”']);
    const { items, total } = page(team, { section: 'assessment', author: 'A' });
    expect(items.map(({ index }) => index)).toEqual([6]);
    expect(total).toBe(7);
  });

  test('of a document in which nobody has written is empty', () => {
    expect(page(new Team('orders'))).toMatchObject({ items: [], total: 0, lastSeq: 0 });
  });
});

describe('the timeline', () => {
  test('counts what each author wrote, and cuts out the night', () => {
    const { team, ana, ben } = round();
    ana.type('plan', 'abc');
    team.wait(10 * 3_600_000);
    ben.type('plan', 'de');
    ben.delete('plan', 'a');
    const { timeline, authors } = page(team, { timeline: '1' });
    expect(authors.map(({ id }) => id)).toEqual(['system', 'A', 'B']);
    expect(timeline!.sessions.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [1, 4],
      [5, 7],
    ]);
    const sums = authors.map((_, index) =>
      timeline!.buckets.reduce((sum, { counts }) => sum + counts[index]!, 0),
    );
    expect(sums).toEqual([1, 3, 3]);
    expect(timeline!.buckets.at(-1)!.seq).toBe(7);
    expect(timeline!.marks.map(({ kind, seq }) => [kind, seq])).toEqual([['created', 1]]);
  });

  test('marks a signature, and not one whose act failed', () => {
    const { team, ana } = round();
    ana.type('plan', 'a');
    const seal = (actId: string) => sealBytes({ actId, parts: {}, whole: true });
    team.add({ kind: 'seal', userId: 'A', bytes: seal('failed') });
    team.add({ kind: 'unseal', userId: 'A', bytes: Buffer.from(JSON.stringify({ actId: 'failed' })) });
    team.add({ kind: 'seal', userId: 'B', bytes: seal('good') });
    const { timeline, items } = page(team, { timeline: '1' });
    expect(timeline!.marks.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['created', 1],
      ['signed', 5],
    ]);
    expect(items.slice(-3).map(({ kind }) => kind)).toEqual(['signed', 'unsigned', 'signed']);
  });
});

const detail = (dose: string) => ({
  code: { system: 's', code: 'c', display: 'furosemide 10 mg per mL injection' },
  dose: { value: dose, unit: 'mg' },
  route: 'intravenous',
  timing: 'ONCE',
});

const propose = (doc: Y.Doc, dose: string): void =>
  doc.transact(() => {
    const draft = new Y.Map<unknown>();
    doc.getMap('drafts').set('d1', draft);
    draft.set('category', 'medication');
    draft.set('detail', detail(dose));
  });

describe('what happened to an order', () => {
  test('is told in its own words', () => {
    const team = new Team('orders');
    const [ana, ben] = [team.join('A'), team.join('B')];
    propose(ana.doc, '40');
    const draft = ben.doc.getMap<Y.Map<unknown>>('drafts').get('d1')!;
    team.wait(60_000);
    draft.set('detail', detail('20'));
    team.wait(60_000);
    draft.set('priority', 'stat');
    team.wait(60_000);
    ana.doc.getMap<Y.Map<unknown>>('drafts').get('d1')!.set('removed', true);
    expect(told(page(team).items)).toEqual([
      'A: Proposed furosemide 10 mg per mL injection, dose 40 mg, intravenous, once',
      'B: Changed to furosemide 10 mg per mL injection, dose 20 mg, intravenous, once',
      'B: furosemide: priority set to stat',
      'A: Removed furosemide',
    ]);
    expect(page(team).sections).toEqual([{ id: 'd1', title: 'furosemide' }]);
  });
});

describe('what happened to a care plan', () => {
  test('is told in its own words', () => {
    const team = new Team('care-plan');
    const ana = team.join('A');
    const problems = ana.doc.getMap<Y.Map<unknown>>('problems');
    ana.doc.transact(() => {
      const problem = new Y.Map<unknown>();
      problems.set('p1', problem);
      problem.set('title', 'Falls risk');
      problem.set('goals', new Y.Map());
    });
    team.wait(60_000);
    ana.doc.transact(() => {
      const goal = new Y.Map<unknown>();
      (problems.get('p1')!.get('goals') as Y.Map<unknown>).set('g1', goal);
      goal.set('description', 'Walks alone');
    });
    team.wait(60_000);
    (problems.get('p1')!.get('goals') as Y.Map<Y.Map<unknown>>).get('g1')!.set('status', 'met');
    team.wait(60_000);
    problems.get('p1')!.set('status', 'resolved');
    expect(told(page(team).items)).toEqual([
      'A: Added the problem “Falls risk”',
      'A: Added the goal “Walks alone”',
      'A: goal “Walks alone”: status set to met',
      'A: “Falls risk”: status set to resolved',
    ]);
  });
});
