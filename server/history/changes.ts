import type { DocumentKind } from '../../shared/documents/room.ts';
import type {
  Change,
  ChangeKind,
  HistoryPage,
  HistoryQuery,
  PastAuthor,
  PlaceName,
} from '../../shared/history/schema.ts';
import { rootOf } from './content.ts';
import type { DocumentHistory } from './documentHistory.ts';
import { did, groupEntries, type Group, type Grouping } from './groups.ts';
import { orderTitle } from './names.ts';
import { summaries } from './summaries.ts';
import { timelineOf } from './timeline.ts';
import { View } from './view.ts';

/** Groupings of a history as it stands, so that turning a page does not group it all again. */
const groupings = new WeakMap<DocumentHistory, { seq: number; byPause: Map<number, Grouping> }>();

export function groupingOf(history: DocumentHistory, pauseS: number): Grouping {
  let known = groupings.get(history);
  if (known?.seq !== history.seq) {
    groupings.set(history, (known = { seq: history.seq, byPause: new Map() }));
  }
  let grouping = known.byPause.get(pauseS);
  if (!grouping) {
    known.byPause.set(pauseS, (grouping = groupEntries(history.columns, pauseS * 1_000)));
  }
  return grouping;
}

type AuthorOf = (user: string) => PastAuthor;

/** One page of what happened to a document. */
export function changesPage(
  history: DocumentHistory,
  kind: DocumentKind,
  query: HistoryQuery,
  authorOf: AuthorOf,
): HistoryPage {
  const grouping = groupingOf(history, query.group);
  const { groups } = grouping;
  const places = placesOf(history, kind);
  const numbered = groups.map((group, index) => ({ group, index: index + 1 }));
  const asked = numbered.filter(({ group }) => isAsked(group, query));
  if (query.order === 'newest') asked.reverse();
  const page = asked.slice(0, query.limit);
  const words = summaries(
    history,
    kind,
    grouping,
    page.map(({ group }) => group),
  );
  const items = page.map(({ group, index }) =>
    changeOf(history, group, { index, summary: words.get(group) ?? '', places, authorOf }),
  );
  const last = items.at(-1);
  return {
    items,
    ...(asked.length > page.length && last ? { next: nextQuery(query, last.seq) } : {}),
    lastSeq: history.seq,
    total: groups.length,
    authors: history.columns.users.map(authorOf),
    sections: [...places].map(([id, title]) => ({ id, title })),
    ...(query.timeline ? { timeline: timelineOf(history.columns, authorOf) } : {}),
  };
}

function isAsked({ lastSeq, user, places }: Group, query: HistoryQuery): boolean {
  const { before, after, author, section } = query;
  return (
    (before === undefined || lastSeq < before) &&
    (after === undefined || lastSeq > after) &&
    (author === undefined || author.split(',').includes(user)) &&
    (section === undefined || places.includes(section))
  );
}

/** What came since does not move a page: it is told from a place in the log, not from a count. */
function nextQuery(query: HistoryQuery, seq: number): string {
  const { document, group, order, limit, author, section } = query;
  const next = new URLSearchParams({ document, group: String(group), order, limit: String(limit) });
  if (author !== undefined) next.set('author', author);
  if (section !== undefined) next.set('section', section);
  next.set(order === 'newest' ? 'before' : 'after', String(seq));
  return next.toString();
}

interface Told {
  index: number;
  summary: string;
  places: ReadonlyMap<string, string>;
  authorOf: AuthorOf;
}

function changeOf(
  { columns }: DocumentHistory,
  group: Group,
  { index, summary, places, authorOf }: Told,
): Change {
  const sections: PlaceName[] = group.places.map((id) => ({ id, title: places.get(id) ?? '' }));
  const time = (seq: number): string => new Date(columns.at(seq)).toISOString();
  return {
    seq: group.lastSeq,
    firstSeq: group.firstSeq,
    at: time(group.lastSeq),
    firstAt: time(group.firstSeq),
    user: authorOf(group.user),
    kind: kindOf(group),
    summary,
    added: group.added,
    removed: group.removed,
    sections,
    index,
  };
}

export function kindOf(group: Group): ChangeKind {
  if (group.kind === 'seal') return 'signed';
  if (group.kind === 'unseal') return 'unsigned';
  if (group.firstSeq === 1) return 'created';
  if (group.added + group.removed > 0) return 'text';
  if (did(group, 'moved') || did(group, 'layout')) return 'layout';
  return did(group, 'value') ? 'values' : 'other';
}

/** The names of a document's parts as they are now, in order. */
function placesOf(history: DocumentHistory, kind: DocumentKind): Map<string, string> {
  const view = new View(history, { seq: history.seq, from: null });
  const root = history.doc.getMap(rootOf[kind]);
  const places = view.keys(root).flatMap((id) => {
    const held = view.typeAt(root, id);
    if (held === null) return [];
    const value = (key: string): unknown => view.value(held.type, key);
    const title =
      kind === 'orders' ? orderTitle(value('category'), value('detail')) : String(value('title') ?? '');
    return [{ id, title, rank: String(value('rank') ?? '') }];
  });
  places.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  return new Map(places.map(({ id, title }) => [id, title]));
}
