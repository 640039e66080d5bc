import * as Y from 'yjs';
import { ranks } from '../../shared/documents/rank.ts';
import { registry } from '../../shared/documents/registry.ts';
import { carePlanRoom, ordersRoom } from '../../shared/documents/room.ts';
import type { Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { DocumentWriting, type EntryAuthor } from '../log/entries.ts';
import { emptyDocument } from '../log/fold.ts';
import { appendStatements } from '../log/libsqlLog.ts';
import { createNoteStatements } from '../notes/acts.ts';
import { userIdOf } from './accounts.ts';
import type { DraftNote, DraftOrderLine, DraftProblem, EncounterDrafts } from './drafts/shape.ts';

/** Between one turn of the demo's authors and the next, and before the first of them and now, ms. */
const turnMs = 4 * 60_000;

type Turn = { author: EntryAuthor; write: (doc: Y.Doc) => void };

/**
 * The statements that put the demo's opening content into an encounter's documents, through the log and under its
 * authors' names, as if they had written it in the last half hour.
 */
export function draftStatements(
  deps: Pick<Deps, 'reader' | 'now' | 'newId'>,
  { encounterId, notes, orders, problems }: EncounterDrafts,
): Statement[] {
  const author = (username: string): EntryAuthor => ({ userId: userIdOf(username), deviceId: 'demo' });
  const now = deps.now().getTime();
  const timed = (turns: Turn[]) =>
    turns.map((turn, index) => ({
      ...turn,
      at: new Date(now - (turns.length - index) * turnMs).toISOString(),
    }));
  const written = (room: string, kind: 'orders' | 'care-plan', turns: Turn[]): Statement[] => {
    if (turns.length === 0) return [];
    const writing = new DocumentWriting(room, emptyDocument(registry[kind].roots));
    for (const turn of timed(turns)) writing.turn(turn.author, turn.at, turn.write);
    return appendStatements(deps.reader, writing.done());
  };
  const places = ranks(problems.length);
  return [
    ...notes.flatMap((note, index) =>
      createNoteStatements(deps, {
        id: deps.newId(),
        encounterId,
        kind: note.kind,
        authorId: userIdOf(note.authorUsername),
        at: new Date(now - (notes.length - index) * 8 * turnMs),
        turns: timed([{ author: author(note.authorUsername), write: (doc) => writeNote(doc, note) }]),
      }),
    ),
    ...written(
      ordersRoom(encounterId),
      'orders',
      orders.map((order) => ({
        author: author(order.byUsername),
        write: (doc) => writeOrder(doc, deps.newId(), order),
      })),
    ),
    ...written(
      carePlanRoom(encounterId),
      'care-plan',
      problems.map((problem, index) => ({
        author: author(problem.byUsername),
        write: (doc) => writeProblem(doc, deps.newId, places[index]!, problem),
      })),
    ),
  ];
}

function writeNote(doc: Y.Doc, { sections }: DraftNote): void {
  doc.transact(() => {
    for (const section of doc.getMap<Y.Map<unknown>>('sections').values()) {
      const lines = sections.find(({ title }) => title === section.get('title'))?.lines ?? [];
      const body = section.get('body') as Y.XmlFragment;
      const blocks = lines.map(({ kind, text, checked }) => {
        const block = new Y.XmlElement('block');
        block.setAttribute('kind', kind);
        // Yjs keeps attribute values of any JSON type; its own types name only strings.
        if (checked) block.setAttribute('checked', true as unknown as string);
        block.insert(0, [new Y.XmlText(text)]);
        return block;
      });
      if (blocks.length === 0) continue;
      body.delete(0, body.length);
      body.insert(0, blocks);
    }
  });
}

function writeOrder(
  doc: Y.Doc,
  id: string,
  { category, detail, indication, priority }: DraftOrderLine,
): void {
  const draft = new Y.Map<unknown>();
  draft.set('category', category);
  draft.set('detail', detail);
  draft.set('priority', priority ?? 'routine');
  if (indication !== undefined) draft.set('indication', indication);
  doc.getMap('drafts').set(id, draft);
}

function writeProblem(
  doc: Y.Doc,
  newId: () => string,
  rank: string,
  { title, code, status, goals, interventions }: DraftProblem,
): void {
  const problem = new Y.Map<unknown>();
  for (const [key, value] of Object.entries({ title, rank, status, code })) {
    if (value !== undefined) problem.set(key, value);
  }
  problem.set('goals', listOf(newId, goals));
  problem.set('interventions', listOf(newId, interventions));
  const line = new Y.XmlElement('block');
  line.setAttribute('kind', 'paragraph');
  line.insert(0, [new Y.XmlText()]);
  const evaluation = new Y.XmlFragment();
  evaluation.insert(0, [line]);
  problem.set('evaluation', evaluation);
  doc.getMap('problems').set(newId(), problem);
}

function listOf(newId: () => string, items: object[]): Y.Map<Y.Map<unknown>> {
  const list = new Y.Map<Y.Map<unknown>>();
  const places = ranks(items.length);
  items.forEach((item, index) => {
    const map = new Y.Map<unknown>();
    for (const [key, value] of Object.entries(item)) if (value !== undefined) map.set(key, value);
    map.set('rank', places[index]!);
    list.set(newId(), map);
  });
  return list;
}
