import { SvelteMap } from 'svelte/reactivity';
import type { LiveDoc } from '../collab/liveDoc.svelte.ts';
import type { CarePlan, Goal, Intervention, Problem } from './carePlan.svelte.ts';

export type GoalFields = { description: string; target: string; due: string; status: string };
export type InterventionFields = {
  description: string;
  discipline: string;
  frequency: string;
  status: string;
};

/** Where somebody is who has a form of this problem open. */
export const fieldOf = (problemId: string): string => `problem/${problemId}`;

/** What of a problem is opened. */
export type Opened =
  | { part: 'title' }
  | { part: 'goals'; item: Goal | null }
  | { part: 'interventions'; item: Intervention | null };

/** What others did meanwhile. `gone`: the problem is not in this document any more. */
export type Meanwhile = 'changed' | 'removed' | 'gone';

const goalFields = (goal: Goal | null): GoalFields => ({
  description: goal?.description ?? '',
  target: goal?.target ?? '',
  due: goal?.due ?? '',
  status: goal?.status ?? 'not-met',
});

const interventionFields = (intervention: Intervention | null, discipline: string): InterventionFields => ({
  description: intervention?.description ?? '',
  discipline: intervention?.discipline ?? discipline,
  frequency: intervention?.frequency ?? '',
  status: intervention?.status ?? 'planned',
});

/** One open form, with what is typed in it: the card around it may be drawn anew at any time. */
class OpenForm<Fields extends Record<string, string>> {
  readonly before: Fields;
  fields: Fields;

  get isTouched(): boolean {
    return Object.entries(this.fields).some(([key, value]) => value !== this.before[key]);
  }

  constructor(
    /** As it was when the form was opened. */
    readonly problem: Problem,
    readonly itemId: string | null,
    before: Fields,
  ) {
    this.before = before;
    this.fields = $state({ ...before });
  }
}

export type PlanForm =
  | { part: 'title'; form: OpenForm<{ title: string }> }
  | { part: 'goals'; form: OpenForm<GoalFields> }
  | { part: 'interventions'; form: OpenForm<InterventionFields> };

const keyOf = ({ id }: Problem, part: PlanForm['part'], itemId: string | null): string =>
  `${id} ${part} ${itemId ?? ''}`;

/**
 * What I am doing in the care plan just now. Opening a form closes no other, as that would drop what is typed in it; the
 * others see at which problem I was last.
 */
export class PlanWork {
  readonly #forms = new SvelteMap<string, PlanForm>();
  readonly #live: () => Pick<LiveDoc, 'present'>;
  readonly #plan: () => CarePlan;
  readonly #discipline: string;

  /** @param discipline whose a new intervention is at first */
  constructor(live: () => Pick<LiveDoc, 'present'>, plan: () => CarePlan, discipline: string) {
    this.#live = live;
    this.#plan = plan;
    this.#discipline = discipline;
  }

  /** Problems of which something is open, as they were then. */
  get problems(): Problem[] {
    return [...this.#forms.values()].map(({ form }) => form.problem);
  }

  /** Something is entered that is not in the plan. */
  get isTouched(): boolean {
    return [...this.#forms.values()].some(({ form }) => form.isTouched);
  }

  of(problemId: string): PlanForm[] {
    return [...this.#forms.values()].filter(({ form }) => form.problem.id === problemId);
  }

  meanwhile({ part, form }: PlanForm): Meanwhile | null {
    const now = this.#plan().all.find(({ id }) => id === form.problem.id);
    if (!now) return 'gone';
    if (now.removed) return 'removed';
    if (part === 'title') return null;
    if (form.itemId === null) return null;
    const fields: Record<string, string> | null =
      part === 'goals'
        ? fieldsOf(now.goals, form.itemId, goalFields)
        : fieldsOf(now.interventions, form.itemId, (item) => interventionFields(item, ''));
    if (fields === null) return 'gone';
    return JSON.stringify(fields) === JSON.stringify(form.before) ? null : 'changed';
  }

  open(problem: Problem, opened: Opened): void {
    const key = keyOf(problem, opened.part, opened.part === 'title' ? null : (opened.item?.id ?? null));
    if (!this.#forms.has(key)) this.#forms.set(key, this.#formOf(problem, opened));
    this.#live().present({ field: fieldOf(problem.id) });
  }

  #formOf(problem: Problem, opened: Opened): PlanForm {
    if (opened.part === 'title')
      return { part: 'title', form: new OpenForm(problem, null, { title: problem.title }) };
    const itemId = opened.item?.id ?? null;
    return opened.part === 'goals'
      ? { part: 'goals', form: new OpenForm(problem, itemId, goalFields(opened.item)) }
      : {
          part: 'interventions',
          form: new OpenForm(problem, itemId, interventionFields(opened.item, this.#discipline)),
        };
  }

  close({ part, form }: PlanForm): void {
    this.#forms.delete(keyOf(form.problem, part, form.itemId));
    const last = [...this.#forms.values()].at(-1);
    this.#live().present({ field: last ? fieldOf(last.form.problem.id) : null });
  }

  /** One key is soon pressed: what was entered is not thrown away for it. */
  escape(open: PlanForm): void {
    if (!open.form.isTouched) this.close(open);
  }

  /** Nothing is set, and the form stays, where what it belongs to is gone. */
  save(open: PlanForm): void {
    if (this.meanwhile(open) === 'gone') return;
    const { part } = open;
    const { problem, itemId } = open.form;
    const before: Record<string, string> = open.form.before;
    const values = trimmed<Record<string, string>>(open.form.fields);
    const plan = this.#plan();
    if (part === 'title') plan.change({ problemId: problem.id }, before, values);
    else if (itemId !== null) plan.change({ problemId: problem.id, part, itemId }, before, values);
    else if (part === 'goals') plan.addGoal(problem.id, trimmed(open.form.fields));
    else plan.addIntervention(problem.id, trimmed(open.form.fields));
    this.close(open);
  }

  remove(problemId: string): void {
    for (const open of this.of(problemId)) this.close(open);
    this.#plan().remove(problemId);
  }
}

const trimmed = <Fields extends Record<string, string>>(fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value.trim()])) as Fields;

function fieldsOf<Item extends { id: string }, Fields>(
  items: readonly Item[],
  id: string,
  read: (item: Item) => Fields,
): Fields | null {
  const item = items.find((each) => each.id === id);
  return item ? read(item) : null;
}
