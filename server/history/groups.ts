import { effects, type Columns } from './columns.ts';

/** One person's work at one place, without a long pause: what a reader takes for one change. */
export interface Group {
  firstSeq: number;
  lastSeq: number;
  user: string;
  kind: 'update' | 'seal' | 'unseal';
  places: readonly string[];
  added: number;
  removed: number;
  effects: number;
}

export interface Grouping {
  /** By their last entry. */
  groups: Group[];
  /** The group of each entry, by `seq`. */
  groupOf: (seq: number) => Group | undefined;
}

/** However steadily somebody writes, a change that spans more than this many pauses is told in parts. */
const maxPauses = 8;

/**
 * Groups the entries of a log. Entries of one person go together while no pause is longer than `pauseMs` and they stay
 * in one place, also when others write in between: two people who type at once make two changes, not hundreds.
 */
export function groupEntries(columns: Columns, pauseMs: number): Grouping {
  const groups: Group[] = [];
  const of: (Group | undefined)[] = [];
  const open = new Map<string, Group>();
  for (let seq = 1; seq <= columns.length; seq++) {
    const kind = columns.kind(seq);
    if (kind === 'snapshot') continue;
    const user = columns.user(seq);
    const last = open.get(user);
    const group =
      last && kind === 'update' && goesOn(columns, last, seq, pauseMs)
        ? last
        : {
            firstSeq: seq,
            lastSeq: seq,
            user,
            kind,
            places: columns.places(seq),
            added: 0,
            removed: 0,
            effects: 0,
          };
    if (group !== last) groups.push(group);
    group.lastSeq = seq;
    group.added += columns.added(seq);
    group.removed += columns.removed(seq);
    group.effects |= columns.effects(seq);
    if (kind === 'update') open.set(user, group);
    else open.clear();
    of[seq] = group;
  }
  groups.sort((a, b) => a.lastSeq - b.lastSeq);
  return { groups, groupOf: (seq) => of[seq] };
}

function goesOn(columns: Columns, group: Group, seq: number, pauseMs: number): boolean {
  if (pauseMs === 0) return false;
  const at = columns.at(seq);
  const places = columns.places(seq);
  return (
    at - columns.at(group.lastSeq) <= pauseMs &&
    at - columns.at(group.firstSeq) <= pauseMs * maxPauses &&
    places.length === group.places.length &&
    places.every((place) => group.places.includes(place))
  );
}

/** Whether a group did something with text, values or layout; an entry of a log always did something. */
export const did = (group: Pick<Group, 'effects'>, effect: keyof typeof effects): boolean =>
  (group.effects & effects[effect]) !== 0;
