import { foldDuplicates } from '../patients/duplicates.ts';
import { instantOf, type Resource } from '../patients/fhirValue.ts';
import { fold } from '../patients/search.ts';
import { isEntry, lists } from './lists.ts';
import type { ListName } from './names.ts';
import { readExtension } from './parts.ts';
import type { ListItem, ListState, RecordedBy } from './wire.ts';

/** A resource with the facts of the version that is current. */
export interface Recorded {
  resource: Resource;
  version: number;
  occurredAt: string | null;
  recorded: RecordedBy;
}

const endingReasonOf = (resource: Resource): string | null => readExtension(resource, 'ending-reason');

export function toItem(list: ListName, { resource, version, recorded }: Recorded): ListItem {
  const kind = lists[list];
  const entry = kind.read(resource) as Record<string, unknown> | null;
  return {
    id: resource.id,
    version,
    standing: kind.standing(resource),
    line: entry === null ? { title: kind.title(resource) ?? 'Not named', detail: null } : kind.line(entry),
    entry,
    recorded,
    endingReason: endingReasonOf(resource) ?? recorded.reason,
  };
}

const newestFirst = (a: Recorded, b: Recorded): number => {
  const [one, other] = [a, b].map((each) => instantOf(each.occurredAt) ?? each.recorded.at);
  return one! < other! ? 1 : one! > other! ? -1 : b.recorded.at.localeCompare(a.recorded.at);
};

/** What of a patient's resources holds on a list, newest first; of observations only the newest of each kind does. */
export function splitList(
  list: ListName,
  all: readonly Recorded[],
): { holding: Recorded[]; others: Recorded[] } {
  const kind = lists[list];
  const entries = all.filter(({ resource }) => isEntry(list, resource)).toSorted(newestFirst);
  const seen = new Set<string>();
  const counts = ({ resource }: Recorded): boolean => {
    if (kind.standing(resource) !== 'holds') return false;
    const entry = kind.holds === 'newest' ? kind.read(resource) : null;
    if (entry === null) return true;
    const [about = ''] = kind.about(entry);
    return !seen.has(about) && seen.add(about) !== undefined;
  };
  const holding: Recorded[] = [];
  const others: Recorded[] = [];
  for (const each of entries) (counts(each) ? holding : others).push(each);
  const weightOf = ({ resource }: Recorded): number => {
    const entry = kind.weight ? kind.read(resource) : null;
    return entry === null ? 0 : kind.weight!(entry);
  };
  return { holding: holding.toSorted((a, b) => weightOf(b) - weightOf(a)), others };
}

/** The statements that there is none, as far as they hold. */
export const standingNone = (list: ListName, all: readonly Recorded[]): Recorded[] => {
  const { resourceType, none, standing, belongs } = lists[list];
  return none === null
    ? []
    : all.filter(
        ({ resource }) =>
          resource.resourceType === resourceType &&
          belongs(resource) &&
          none.is(resource) &&
          standing(resource) === 'holds',
      );
};

/** Only what reads the same to the letter, from different sources: what somebody could see the difference of stays two. */
function withSources(items: ListItem[]): ListItem[] {
  const lineOf = ({ line }: ListItem) => `${fold(line.title)}|${line.detail ?? ''}`;
  const sourceOf = ({ recorded }: ListItem) => recorded.source ?? '';
  const said = new Map<string, Pick<ListItem, 'sources' | 'shownWith'>>();
  for (const { kept, others } of foldDuplicates(items, lineOf, sourceOf)) {
    if (others.length === 0) continue;
    said.set(kept.id, { sources: [kept, ...others].map(({ recorded }) => recorded.source) });
    for (const { id } of others) said.set(id, { shownWith: kept.id });
  }
  return items.map((item) => ({ ...item, ...said.get(item.id) }));
}

export function toState(
  list: ListName,
  all: readonly Recorded[],
  reviewed: ListState['reviewed'],
): ListState {
  const { holding, others } = splitList(list, all);
  const none = standingNone(list, all).toSorted(newestFirst)[0];
  return {
    state: holding.length > 0 ? 'listed' : none ? 'none' : 'unknown',
    none: none ? { id: none.resource.id, version: none.version, recorded: none.recorded } : null,
    items: withSources(holding.map((each) => toItem(list, each))),
    others: others.length,
    reviewed,
  };
}
