import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { CarePlan, type Problem } from '../../../client/carePlan/carePlan.svelte.ts';
import { PlanWork, type PlanForm } from '../../../client/carePlan/planWork.svelte.ts';

let doc: Y.Doc;
let plan: CarePlan;
let work: PlanWork;
let place: unknown;
let problemId: string;

const problem = (): Problem => plan.all.find(({ id }) => id === problemId)!;
const goal = () => problem().goals[0]!;
const goalForm = (): Extract<PlanForm, { part: 'goals' }> =>
  work.of(problemId).find((open) => open.part === 'goals')!;
const titleForm = (): Extract<PlanForm, { part: 'title' }> =>
  work.of(problemId).find((open) => open.part === 'title')!;

beforeEach(() => {
  place = null;
  doc = new Y.Doc();
  plan = new CarePlan(doc);
  work = new PlanWork(
    () => ({ present: ({ field }) => (place = field) }),
    () => plan,
    'physiotherapist',
  );
  problemId = plan.addProblem({ title: 'Falls risk', code: null });
  plan.addGoal(problemId, { description: 'Walks', target: 'frame', due: '' });
});

describe('in the care plan', () => {
  test('a form of a goal stands where it was when its problem is removed, and saving puts the problem back', () => {
    work.open(problem(), { part: 'goals', item: goal() });
    goalForm().form.fields.target = 'two sticks';
    plan.remove(problemId);
    expect(plan.problems).toEqual([]);
    expect(plan.problemsWith(work.problems).map(({ id }) => id)).toEqual([problemId]);
    expect(work.meanwhile(goalForm())).toBe('removed');

    work.save(goalForm());
    expect(plan.problems).toMatchObject([{ id: problemId, goals: [{ target: 'two sticks' }] }]);
    expect([work.of(problemId), place]).toEqual([[], null]);
  });

  test('a new goal typed for a problem that is removed meanwhile is not lost either', () => {
    work.open(problem(), { part: 'goals', item: null });
    goalForm().form.fields.description = ' No falls ';
    plan.remove(problemId);
    work.save(goalForm());
    expect(plan.problems[0]!.goals.map(({ description }) => description)).toEqual(['Walks', 'No falls']);
  });

  test('a form whose problem is not in the document any more sets nothing and stays', () => {
    work.open(problem(), { part: 'interventions', item: null });
    const before = work.of(problemId);
    expect(before[0]!.form.fields).toMatchObject({ discipline: 'physiotherapist' });
    plan = new CarePlan(new Y.Doc());
    expect(plan.problemsWith(work.problems).map(({ title }) => title)).toEqual(['Falls risk']);
    expect(work.meanwhile(before[0]!)).toBe('gone');
    work.save(before[0]!);
    expect([work.of(problemId), plan.all]).toEqual([before, []]);
  });

  test('who has a form open is told that another changed the same goal, and sets only what they changed', () => {
    work.open(problem(), { part: 'goals', item: goal() });
    expect([work.meanwhile(goalForm()), place]).toEqual([null, `problem/${problemId}`]);
    plan.set({ problemId, part: 'goals', itemId: goal().id }, { target: 'two sticks' });
    expect(work.meanwhile(goalForm())).toBe('changed');
    goalForm().form.fields.due = '2026-12-01';
    work.save(goalForm());
    expect(goal()).toMatchObject({ target: 'two sticks', due: '2026-12-01' });
  });

  test('opening another form keeps what is typed in the first', () => {
    work.open(problem(), { part: 'goals', item: goal() });
    goalForm().form.fields.target = 'two sticks';
    work.open(problem(), { part: 'title' });
    work.open(problem(), { part: 'goals', item: goal() });
    expect(goalForm().form.fields.target).toBe('two sticks');
    titleForm().form.fields.title = 'High falls risk';
    work.save(titleForm());
    expect([problem().title, place]).toEqual(['High falls risk', `problem/${problemId}`]);
    expect(work.of(problemId)).toHaveLength(1);
  });

  test('the key that leaves a form throws nothing away that was entered in it', () => {
    work.open(problem(), { part: 'goals', item: goal() });
    expect(work.isTouched).toBe(false);
    goalForm().form.fields.due = '2026-12-01';
    work.escape(goalForm());
    expect([work.isTouched, goalForm().form.fields.due]).toEqual([true, '2026-12-01']);
    goalForm().form.fields.due = '';
    work.escape(goalForm());
    expect([work.isTouched, work.of(problemId)]).toEqual([false, []]);
  });

  test('whoever removes a problem themselves is done with its forms', () => {
    work.open(problem(), { part: 'goals', item: null });
    work.remove(problemId);
    expect([work.problems, plan.problemsWith(work.problems), place]).toEqual([[], [], null]);
  });
});
