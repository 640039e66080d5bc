import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { PastContent } from '../../../shared/history/schema.ts';
import { pastContent } from '../../../server/history/content.ts';
import { Team } from './team.ts';

const at = (team: Team, seq = team.entries.length, from: number | null = null): PastContent =>
  pastContent(team.history(), team.kind, { seq, from });

function basket(): Team {
  const team = new Team('orders');
  const { doc } = team.join('A');
  doc.transact(() => {
    const draft = new Y.Map<unknown>();
    doc.getMap('drafts').set('d1', draft);
    draft.set('category', 'laboratory');
    draft.set('detail', { code: { system: 's', code: 'c', display: 'Lactate' } });
  });
  return team;
}
const draftIn = (doc: Y.Doc): Y.Map<unknown> => doc.getMap<Y.Map<unknown>>('drafts').get('d1')!;

describe('an order basket as it was', () => {
  test('says who set each value, and what it was before they did', () => {
    const team = basket();
    const { doc } = team.join('B');
    draftIn(doc).set('priority', 'urgent');
    draftIn(doc).set('priority', 'stat');
    draftIn(doc).set('priority', null);
    const values = (seq: number) => {
      const content = at(team, seq);
      return content.kind === 'orders' ? content.drafts[0]!.values : {};
    };
    expect(values(1)).toMatchObject({ category: { value: 'laboratory', author: { id: 'A' }, seq: 1 } });
    expect(values(1)['priority']).toBeUndefined();
    expect(values(2)['priority']).toMatchObject({ value: 'urgent', author: { id: 'B' }, seq: 2 });
    expect(values(3)['priority']).toMatchObject({ value: 'stat', seq: 3 });
    expect(values(4)['priority']).toMatchObject({ value: null, seq: 4 });
    expect(at(team, 0)).toEqual({ kind: 'orders', drafts: [] });
  });

  test('between two moments says what a value was, and which drafts came', () => {
    const team = basket();
    const { doc } = team.join('B');
    draftIn(doc).set('note', 'before breakfast');
    const content = at(team, 2, 1);
    expect(content.kind === 'orders' && content.drafts).toMatchObject([
      { id: 'd1', values: { note: { value: 'before breakfast', before: null } } },
    ]);
    const since = at(team, 2, 0);
    expect(since.kind === 'orders' && since.drafts[0]!.isNew).toBe(true);
    expect(content.kind === 'orders' && content.drafts[0]!.values['category']!.before).toBeUndefined();
  });

  test('has both values of a disagreement, whose they are, and the one that settled it', () => {
    const team = basket();
    const { doc } = team.join('system');
    const values = [
      { value: 'urgent', user: 'A', at: 't1' },
      { value: 'stat', user: 'B', at: 't2' },
    ];
    doc.transact(() => {
      doc.getMap('contested').set('x1', { path: ['drafts', 'd1', 'priority'], values });
      draftIn(doc).set('priority', { contested: 'x1' });
    });
    const ben = team.join('B').doc;
    draftIn(ben).set('priority', 'stat');
    const then = at(team, 2);
    expect(then.kind === 'orders' && then.drafts[0]!.values['priority']).toMatchObject({
      contested: values,
    });
    const now = at(team);
    expect(now.kind === 'orders' && now.drafts[0]!.values['priority']).toMatchObject({
      value: 'stat',
      author: { id: 'B' },
    });
  });
});

test('a care plan as it was has its goals in order, each value with who set it, and its evaluation with who wrote it', () => {
  const team = new Team('care-plan');
  const ana = team.join('A').doc;
  ana.transact(() => {
    const problem = new Y.Map<unknown>();
    ana.getMap('problems').set('p1', problem);
    problem.set('title', 'Falls risk');
    problem.set('rank', 'm');
    const goals = new Y.Map<unknown>();
    problem.set('goals', goals);
    for (const [id, rank] of [
      ['late', 'z'],
      ['early', 'a'],
    ] as const) {
      const goal = new Y.Map<unknown>();
      goals.set(id, goal);
      goal.set('description', id);
      goal.set('rank', rank);
    }
    problem.set('interventions', new Y.Map());
    const line = new Y.XmlElement('block');
    line.insert(0, [new Y.XmlText()]);
    const evaluation = new Y.XmlFragment();
    evaluation.insert(0, [line]);
    problem.set('evaluation', evaluation);
  });
  const ben = team.join('B').doc;
  const evaluation = ben.getMap<Y.Map<Y.XmlFragment>>('problems').get('p1')!.get('evaluation')!;
  ((evaluation.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(0, 'Steady');
  const content = at(team);
  expect(content.kind === 'care-plan' && content.problems).toMatchObject([
    {
      id: 'p1',
      author: { id: 'A' },
      values: { title: { value: 'Falls risk' } },
      goals: [{ id: 'early' }, { id: 'late', values: { description: { author: { id: 'A' } } } }],
      interventions: [],
      evaluation: [{ kind: 'paragraph', runs: [{ text: 'Steady', author: { id: 'B' }, seq: 2 }] }],
    },
  ]);
});
