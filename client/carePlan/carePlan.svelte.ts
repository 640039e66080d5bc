import { uuidv4 } from 'lib0/random';
import { createSubscriber } from 'svelte/reactivity';
import * as Y from 'yjs';
import { byRank, rankBetween } from '../../shared/documents/rank.ts';
import { contestedAt, type Contested } from '../collab/contested.ts';
import {
  goalStatuses,
  interventionStatuses,
  problemStatuses,
  type GoalStatus,
  type InterventionStatus,
  type ProblemStatus,
} from '../../shared/carePlan/statuses.ts';
import { stateOf } from './status.ts';

/** Where in the plan something stands: a problem, or a goal or intervention of one. */
export interface PlanPath {
  problemId: string;
  part?: 'goals' | 'interventions';
  itemId?: string;
}

/** A key on which two people disagree; its other values are shown as they are. */
export interface Disagreement {
  key: string;
  contested: Contested;
}

interface Item {
  id: string;
  rank: string;
  disagreements: Disagreement[];
}

export interface Goal extends Item {
  description: string;
  measure: string;
  target: string;
  due: string;
  status: GoalStatus;
}

export interface Intervention extends Item {
  description: string;
  discipline: string;
  frequency: string;
  assignee: string;
  status: InterventionStatus;
}

export interface Problem extends Item {
  title: string;
  status: ProblemStatus;
  removed: boolean;
  goals: Goal[];
  interventions: Intervention[];
  evaluation: Y.XmlFragment | null;
  /** Something is written in it. */
  isEvaluated: boolean;
}

export interface NewProblem {
  title: string;
  code: { system: string; code: string; display: string } | null;
}

/** Two people disagree on it: until someone chooses, no value is shown as if it held. */
export const isDisputed = (item: { disagreements: readonly Disagreement[] }, key: string): boolean =>
  item.disagreements.some((disagreement) => disagreement.key === key);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whether somebody has written in it: a line with text, or a value that stands among the lines. */
const isWritten = (body: unknown): boolean =>
  body instanceof Y.XmlFragment &&
  body
    .toArray()
    .some(
      (line) =>
        line instanceof Y.XmlElement &&
        (line.nodeName !== 'block' ||
          line.toArray().some((part) => part instanceof Y.XmlText && part.length > 0)),
    );

/** The care plan over its shared document. */
export class CarePlan {
  readonly #doc: Y.Doc;
  readonly #problems: Y.Map<Y.Map<unknown>>;
  readonly #contested: Y.Map<unknown>;
  readonly #subscribe: () => void;
  /** Problems in whose evaluation something is written, as was last told. */
  readonly #evaluated = new Map<string, boolean>();

  constructor(doc: Y.Doc) {
    const problems = doc.getMap<Y.Map<unknown>>('problems');
    const contested = doc.getMap('contested');
    this.#doc = doc;
    this.#problems = problems;
    this.#contested = contested;
    this.#subscribe = createSubscriber((update) => {
      // Typing in an evaluation is its editor's business; that there is one concerns everybody.
      const turned = (id: unknown): boolean =>
        this.#evaluated.get(String(id)) !== isWritten(problems.get(String(id))?.get('evaluation'));
      const changed = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
        if (events.some(({ path: [id, part] }) => part !== 'evaluation' || turned(id))) update();
      };
      problems.observeDeep(changed);
      contested.observe(update);
      return () => {
        problems.unobserveDeep(changed);
        contested.unobserve(update);
      };
    });
  }

  get all(): Problem[] {
    this.#subscribe();
    return [...this.#problems]
      .flatMap(([id, problem]) => (problem instanceof Y.Map ? [this.#readProblem(id, problem)] : []))
      .sort(byRank);
  }

  get problems(): Problem[] {
    return this.all.filter(({ removed }) => !removed);
  }

  /**
   * The problems as the plan shows them.
   * @param open those of which something is open: each stands where it was, also when it is not in the plan any more
   */
  problemsWith(open: readonly Problem[]): Problem[] {
    const { all } = this;
    const gone = open.filter(({ id }) => all.every((problem) => problem.id !== id));
    const here = all.filter(({ id, removed }) => !removed || open.some((problem) => problem.id === id));
    return [...here, ...gone].sort(byRank);
  }

  get removed(): Problem[] {
    return this.all.filter(({ removed }) => removed);
  }

  /** Adds a problem with its empty shared types in one transaction: each is created once. */
  addProblem({ title, code }: NewProblem): string {
    const id = uuidv4();
    const rank = rankBetween(this.all.at(-1)?.rank || null, null);
    this.#doc.transact(() => {
      const line = new Y.XmlElement('block');
      line.setAttribute('kind', 'paragraph');
      line.insert(0, [new Y.XmlText()]);
      const evaluation = new Y.XmlFragment();
      evaluation.insert(0, [line]);
      const problem = new Y.Map<unknown>();
      problem.set('title', title);
      if (code !== null) problem.set('code', code);
      problem.set('rank', rank);
      problem.set('status', 'active');
      problem.set('goals', new Y.Map());
      problem.set('interventions', new Y.Map());
      problem.set('evaluation', evaluation);
      this.#problems.set(id, problem);
    });
    return id;
  }

  addGoal(problemId: string, goal: Pick<Goal, 'description' | 'target' | 'due'>): string | null {
    return this.#addItem(problemId, 'goals', { ...goal, status: 'not-met' satisfies GoalStatus });
  }

  addIntervention(
    problemId: string,
    intervention: Pick<Intervention, 'description' | 'discipline' | 'frequency'>,
  ): string | null {
    return this.#addItem(problemId, 'interventions', {
      ...intervention,
      status: 'planned' satisfies InterventionStatus,
    });
  }

  /** Sets what differs, and nothing else: an untouched key must not look like a decision. */
  set(path: PlanPath, values: Record<string, string>): void {
    const held = this.#at(path);
    if (!held) return;
    this.#doc.transact(() => {
      for (const [key, value] of Object.entries(values)) {
        const next = value === '' ? null : value;
        if ((held.get(key) ?? null) !== next) held.set(key, next);
      }
    });
  }

  /**
   * Sets what somebody changed in a form, and nothing else: what others set or dispute meanwhile in its other fields
   * stays. A problem that was removed comes back with it.
   * @param before as the form was opened
   */
  change<Values extends Record<string, string>>(path: PlanPath, before: Values, values: Values): void {
    this.#doc.transact(() => {
      this.set(
        path,
        Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== before[key])),
      );
      this.#putBack(path.problemId);
    });
  }

  /** Settles a disagreement. */
  choose(path: PlanPath, key: string, value: unknown): void {
    this.#at(path)?.set(key, value);
  }

  remove(problemId: string): void {
    this.#problems.get(problemId)?.set('removed', true);
  }

  restore(problemId: string): void {
    this.#problems.get(problemId)?.set('removed', false);
  }

  #putBack(problemId: string): void {
    if (this.#problems.get(problemId)?.get('removed') === true) this.restore(problemId);
  }

  #addItem(
    problemId: string,
    part: 'goals' | 'interventions',
    values: Record<string, string>,
  ): string | null {
    const items = this.#problems.get(problemId)?.get(part);
    if (!(items instanceof Y.Map)) return null;
    const id = uuidv4();
    const ranks = [...items.values()]
      .map((item) => (item instanceof Y.Map ? text(item.get('rank')) : ''))
      .sort();
    this.#doc.transact(() => {
      const item = new Y.Map<unknown>();
      for (const [key, value] of Object.entries(values)) if (value !== '') item.set(key, value);
      item.set('rank', rankBetween(ranks.at(-1) || null, null));
      items.set(id, item);
      this.#putBack(problemId);
    });
    return id;
  }

  #at({ problemId, part, itemId }: PlanPath): Y.Map<unknown> | null {
    const problem = this.#problems.get(problemId);
    if (!problem || part === undefined) return problem ?? null;
    const items = problem.get(part);
    const item = items instanceof Y.Map ? items.get(itemId ?? '') : null;
    return item instanceof Y.Map ? item : null;
  }

  #item(id: string, held: Y.Map<unknown>): Item {
    return {
      id,
      rank: text(held.get('rank')),
      disagreements: [...held].flatMap(([key, value]) => {
        const contested = contestedAt(this.#contested, value);
        return contested ? [{ key, contested }] : [];
      }),
    };
  }

  #items<T extends Item>(held: unknown, read: (item: Item, values: Y.Map<unknown>) => T): T[] {
    if (!(held instanceof Y.Map)) return [];
    return [...(held as Y.Map<unknown>)]
      .flatMap(([id, item]) => (item instanceof Y.Map ? [read(this.#item(id, item), item)] : []))
      .sort(byRank);
  }

  #readProblem(id: string, held: Y.Map<unknown>): Problem {
    const evaluation = held.get('evaluation');
    const isEvaluated = isWritten(evaluation);
    this.#evaluated.set(id, isEvaluated);
    return {
      ...this.#item(id, held),
      title: text(held.get('title')),
      status: stateOf<ProblemStatus>(problemStatuses, held.get('status')),
      removed: held.get('removed') === true,
      evaluation: evaluation instanceof Y.XmlFragment ? evaluation : null,
      isEvaluated,
      goals: this.#items(held.get('goals'), (item, values) => ({
        ...item,
        description: text(values.get('description')),
        measure: text(values.get('measure')),
        target: text(values.get('target')),
        due: text(values.get('due')),
        status: stateOf<GoalStatus>(goalStatuses, values.get('status')),
      })),
      interventions: this.#items(held.get('interventions'), (item, values) => ({
        ...item,
        description: text(values.get('description')),
        discipline: text(values.get('discipline')),
        frequency: text(values.get('frequency')),
        assignee: text(values.get('assignee')),
        status: stateOf<InterventionStatus>(interventionStatuses, values.get('status')),
      })),
    };
  }
}
