import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { CarePlan } from '../../../client/carePlan/carePlan.svelte.ts';
import { nextGoalStatus } from '../../../client/carePlan/status.ts';

/** Two people with the same plan, and how they hear of each other. */
function pair() {
  const docs = [new Y.Doc(), new Y.Doc()] as const;
  const exchange = (): void => {
    for (const [from, to] of [docs, [docs[1], docs[0]]] as const) {
      Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
    }
  };
  return { docs, plans: docs.map((doc) => new CarePlan(doc)) as [CarePlan, CarePlan], exchange };
}

describe('the care plan', () => {
  test('a problem comes with all that it will hold, in one transaction', () => {
    const { docs, plans } = pair();
    let updates = 0;
    docs[0].on('update', () => (updates += 1));
    plans[0].addProblem({ title: 'Falls risk', code: null });
    expect(updates).toBe(1);
    const [problem] = plans[0].problems;
    expect(problem).toMatchObject({ title: 'Falls risk', status: 'active', goals: [], interventions: [] });
    expect(problem?.evaluation?.length).toBe(1);
  });

  test('two people add a goal to the same problem at once, and both goals stand', () => {
    const { plans, exchange } = pair();
    const id = plans[0].addProblem({ title: 'Falls risk', code: null });
    exchange();
    plans[0].addGoal(id, { description: 'Walks with frame', target: '', due: '2026-11-25' });
    plans[1].addGoal(id, { description: 'No falls', target: '0', due: '' });
    exchange();
    for (const plan of plans) {
      expect(plan.problems[0]?.goals.map(({ description }) => description).toSorted()).toEqual([
        'No falls',
        'Walks with frame',
      ]);
    }
  });

  test('problems stand in the order in which they were added, alike for both', () => {
    const { plans, exchange } = pair();
    for (const title of ['one', 'two', 'three']) plans[0].addProblem({ title, code: null });
    exchange();
    expect(plans[1].problems.map(({ title }) => title)).toEqual(['one', 'two', 'three']);
  });

  test('saving a form sets only what was changed in it', () => {
    const { docs, plans } = pair();
    const problemId = plans[0].addProblem({ title: 'Falls risk', code: null });
    const itemId = plans[0].addGoal(problemId, { description: 'Walks', target: 'frame', due: '' })!;
    const touched: string[] = [];
    docs[0].getMap('problems').observeDeep((events) => {
      for (const event of events) touched.push(...event.changes.keys.keys());
    });
    plans[0].set(
      { problemId, part: 'goals', itemId },
      { description: 'Walks', target: '', due: '', status: 'not-met' },
    );
    expect(touched).toEqual(['target']);
    expect(plans[0].problems[0]?.goals[0]?.target).toBe('');
  });

  test('what another set or two dispute while a form was open stays, where the form was not touched', () => {
    const { docs, plans, exchange } = pair();
    const problemId = plans[0].addProblem({ title: 'Falls risk', code: null });
    const itemId = plans[0].addGoal(problemId, { description: 'Walks', target: 'frame', due: '' })!;
    exchange();
    const path = { problemId, part: 'goals', itemId } as const;
    const opened = { description: 'Walks', target: 'frame', due: '', status: 'not-met' };
    plans[1].set(path, { target: 'two sticks' });
    exchange();
    plans[0].change(path, opened, { ...opened, due: '2026-12-01' });
    expect(plans[0].problems[0]?.goals[0]).toMatchObject({ target: 'two sticks', due: '2026-12-01' });

    docs[0].getMap('contested').set('c', {
      path: ['problems', problemId, 'goals', itemId, 'target'],
      values: [
        { value: 'frame', user: 'a', at: '2026-11-22T03:00:00Z' },
        { value: 'two sticks', user: 'b', at: '2026-11-22T03:00:01Z' },
      ],
    });
    const goals = docs[0].getMap<Y.Map<Y.Map<Y.Map<unknown>>>>('problems').get(problemId)!.get('goals')!;
    goals.get(itemId)!.set('target', { contested: 'c' });
    // The form shows no value where two stand.
    const disputed = { ...opened, target: '' };
    plans[0].change(path, disputed, { ...disputed, status: 'met' });
    expect(plans[0].problems[0]?.goals[0]).toMatchObject({
      status: 'met',
      disagreements: [{ key: 'target' }],
    });
  });

  test('a contested status is shown with both values and settled by choosing', () => {
    const { docs, plans } = pair();
    const problemId = plans[0].addProblem({ title: 'Falls risk', code: null });
    const problem = docs[0].getMap<Y.Map<unknown>>('problems').get(problemId)!;
    docs[0].getMap('contested').set('c', {
      path: ['problems', problemId, 'status'],
      values: [
        { value: 'active', user: 'a', at: '2026-11-22T03:00:00Z' },
        { value: 'resolved', user: 'b', at: '2026-11-22T03:00:01Z' },
      ],
    });
    problem.set('status', { contested: 'c' });
    expect(plans[0].problems[0]?.disagreements).toMatchObject([
      { key: 'status', contested: { values: [{ value: 'active' }, { value: 'resolved' }] } },
    ]);
    plans[0].choose({ problemId }, 'status', 'resolved');
    expect(plans[0].problems[0]).toMatchObject({ status: 'resolved', disagreements: [] });
  });

  test('a removed problem can be put back', () => {
    const { plans } = pair();
    const id = plans[0].addProblem({ title: 'Falls risk', code: null });
    plans[0].remove(id);
    expect(plans[0].problems).toEqual([]);
    plans[0].restore(id);
    expect(plans[0].problems).toHaveLength(1);
  });

  test('a problem is evaluated when there are words or a value in its evaluation', () => {
    const { plans } = pair();
    plans[0].addProblem({ title: 'Falls risk', code: null });
    const body = plans[0].problems[0]!.evaluation!;
    const text = (body.get(0) as Y.XmlElement).get(0) as Y.XmlText;
    const isEvaluated = (): boolean => plans[0].problems[0]!.isEvaluated;
    expect(isEvaluated()).toBe(false);
    text.insert(0, 'Walks');
    expect(isEvaluated()).toBe(true);
    text.delete(0, text.length);
    expect(isEvaluated()).toBe(false);
    body.insert(1, [new Y.XmlElement('reference')]);
    expect(isEvaluated()).toBe(true);
  });

  test('what stands in a document and is no plan is passed over', () => {
    const { docs, plans } = pair();
    docs[0].getMap('problems').set('x', 'text');
    plans[0].set({ problemId: 'nobody' }, { title: 'y' });
    expect(plans[0].all).toEqual([]);
  });
});

test('a goal’s ring goes from not met over in progress to met, and round', () => {
  expect(nextGoalStatus('not-met')).toBe('in-progress');
  expect(nextGoalStatus('in-progress')).toBe('met');
  expect(nextGoalStatus('met')).toBe('not-met');
});
