import { bodyShape } from './body.ts';
import {
  isJsonObject,
  isShortText,
  orNull,
  isOneOf,
  type MapShape,
  type Shape,
  type ValueEntry,
} from './shape.ts';

const text = (more: Partial<ValueEntry> = {}): ValueEntry => ({
  type: 'value',
  accepts: orNull(isShortText),
  by: 'anyone',
  ...more,
});
const acted = { contested: true } as const;

const goal: MapShape = {
  type: 'map',
  keys: {
    description: text(acted),
    measure: text(acted),
    target: text(acted),
    due: text(acted),
    status: text(acted),
    rank: text(),
  },
};

const intervention: MapShape = {
  type: 'map',
  keys: {
    description: text(acted),
    discipline: text(),
    frequency: text(acted),
    assignee: text(acted),
    status: text(acted),
    rank: text(),
  },
};

const listOf = (shape: MapShape): MapShape => ({
  type: 'map',
  each: { type: 'shared', by: 'anyone', shape },
});

/** Root `problems`: problemId → problem with its goals, interventions and evaluation; root `contested` is the server's. */
export const carePlanRoots: Record<string, Shape> = {
  problems: listOf({
    type: 'map',
    keys: {
      title: text(),
      code: {
        type: 'value',
        accepts: orNull((value) => isShortText(value) || isJsonObject(value)),
        by: 'anyone',
        ...acted,
      },
      rank: text(),
      status: text(acted),
      goals: { type: 'shared', by: 'anyone', shape: listOf(goal) },
      interventions: { type: 'shared', by: 'anyone', shape: listOf(intervention) },
      evaluation: { type: 'shared', by: 'anyone', shape: bodyShape },
      removed: { type: 'value', accepts: isOneOf(true, false, null), by: 'anyone' },
    },
  }),
  contested: { type: 'map', each: { type: 'value', accepts: isJsonObject, by: 'server' } },
};
