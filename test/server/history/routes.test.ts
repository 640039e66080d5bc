import { eq } from 'drizzle-orm';
import * as Y from 'yjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { registry } from '../../../shared/documents/registry.ts';
import { noteRoom } from '../../../shared/documents/room.ts';
import type { HistoryPage, Past } from '../../../shared/history/schema.ts';
import { audit } from '../../../server/audit/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { Histories } from '../../../server/history/histories.ts';
import { entryAfter, noEntry, system } from '../../../server/log/entries.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { notes } from '../../../server/notes/tables.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { encounterId, seedEncounter } from '../../support/chart.ts';
import { people } from '../../support/people.ts';
import { tamper } from '../../support/tamper.ts';

const noteId = '0000a07e-0000-4000-8000-0000000000aa';
const room = noteRoom(encounterId, noteId);
const document = `note/${noteId}`;

let service: TestApp;
/** The document as it is written by the tests, and the last entry of its log. */
let doc: Y.Doc;
let head = noEntry;

beforeEach(async () => {
  service = await testApp();
  const { deps } = service;
  await seedEncounter(deps);
  const createdAt = deps.now().toISOString();
  const row = { id: noteId, encounterId, kind: 'progress' as const, title: 'Progress note' };
  await deps.writer.commit({
    statements: [
      statement(
        deps.reader
          .insert(notes)
          .values({ ...row, status: 'draft', authorId: people.attending.id, createdAt }),
      ),
    ],
  });
  doc = emptyDocument(registry.note.roots);
  head = noEntry;
  await write(system, () => writeNewNote(doc, [{ id: 'plan', title: 'Plan', rank: 'a' }]));
});
afterEach(() => service.close());

async function write(author: { userId: string; deviceId: string }, change: () => void): Promise<void> {
  const { deps } = service;
  const updates: Uint8Array[] = [];
  const keep = (bytes: Uint8Array): number => updates.push(bytes);
  doc.on('update', keep);
  change();
  doc.off('update', keep);
  deps.clock.step(1_000);
  const entries = updates.map((bytes) => {
    const entry = entryAfter(head, {
      document: room,
      kind: 'update',
      lease: 1,
      at: deps.now().toISOString(),
      bytes,
      ...author,
    });
    head = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
    return entry;
  });
  await deps.log.append({ entries });
}

const textOfPlan = (): Y.XmlText => {
  const body = doc.getMap<Y.Map<Y.XmlFragment>>('sections').get('plan')!.get('body')!;
  return (body.get(0) as Y.XmlElement).get(0) as Y.XmlText;
};
const as = (person: { id: string }) => ({ userId: person.id, deviceId: 'd' });

const get = async <T>(path: string, cookie: string): Promise<{ status: number; body: T }> => {
  const response = await service.ask('GET', `/api/encounters/${encounterId}/history${path}`, { cookie });
  return { status: response.status, body: (await response.json()) as T };
};

const runsOf = ({ content }: Past): unknown[] =>
  content.kind === 'note' ? content.sections.flatMap(({ lines }) => lines.flatMap(({ runs }) => runs)) : [];

test('a note is given as it was, with who wrote what, by name', async () => {
  await write(as(people.attending), () => textOfPlan().insert(0, 'Walk today'));
  await write(as(people.nurse), () => textOfPlan().insert(5, 'slowly '));
  await write(as(people.nurse), () => textOfPlan().delete(0, 5));
  const cookie = await service.cookieOf(people.resident);
  const then = await get<Past>(`/3?document=${document}`, cookie);
  expect(then.status).toBe(200);
  expect(runsOf(then.body)).toMatchObject([
    { text: 'Walk ', author: { id: people.attending.id }, seq: 2 },
    { text: 'slowly ', author: { id: people.nurse.id }, seq: 3 },
    { text: 'today', author: { id: people.attending.id } },
  ]);
  expect(then.body.authors).toEqual([
    { id: 'system', name: 'Cochart', role: 'system' },
    { id: people.attending.id, name: people.attending.name, role: 'attending' },
    { id: people.nurse.id, name: people.nurse.name, role: 'nurse' },
  ]);
  const now = await get<Past>(`/4?document=${document}`, cookie);
  expect(runsOf(now.body)).toMatchObject([{ text: 'slowly ' }, { text: 'today' }]);
  expect(runsOf((await get<Past>(`/0?document=${document}`, cookie)).body)).toEqual([]);
});

test('two moments are compared whichever is named first', async () => {
  await write(as(people.attending), () => textOfPlan().insert(0, 'Walk today'));
  await write(as(people.nurse), () => textOfPlan().delete(5, 5));
  const cookie = await service.cookieOf(people.attending);
  const forth = await get<Past>(`/2?document=${document}&compare=3`, cookie);
  const back = await get<Past>(`/3?document=${document}&compare=2`, cookie);
  expect(forth.body).toEqual(back.body);
  expect(forth.body).toMatchObject({ seq: 3, compared: { seq: 2 } });
  expect(runsOf(forth.body)).toMatchObject([
    { text: 'Walk ' },
    { text: 'today', change: 'removed', by: { id: people.nurse.id } },
  ]);
});

test('what the change wrote that a moment ends is marked', async () => {
  await write(as(people.attending), () => textOfPlan().insert(0, 'Walk'));
  service.deps.clock.step(60_000);
  await write(as(people.attending), () => textOfPlan().insert(4, ' to'));
  await write(as(people.attending), () => textOfPlan().insert(7, 'day'));
  const cookie = await service.cookieOf(people.attending);
  const { body } = await get<Past>(`/4?document=${document}&group=30`, cookie);
  const marked = runsOf(body).filter((run) => (run as { isNew?: true }).isNew);
  expect(marked).toMatchObject([{ text: ' today' }]);
});

test('the list says what happened, newest first, and what was written meanwhile is there at once', async () => {
  const cookie = await service.cookieOf(people.attending);
  const before = await get<HistoryPage>(`?document=${document}`, cookie);
  expect(before.body.items.map(({ summary }) => summary)).toEqual(['Started the note']);
  await write(as(people.nurse), () => textOfPlan().insert(0, 'Walk'));
  const after = await get<HistoryPage>(`?document=${document}`, cookie);
  expect(after.body.items.map(({ seq, user: { name }, summary }) => ({ seq, name, summary }))).toEqual([
    { seq: 2, name: people.nurse.name, summary: 'Added “Walk”' },
    { seq: 1, name: 'Cochart', summary: 'Started the note' },
  ]);
});

test('a place that the log has not reached is not there, nor is a document that is none', async () => {
  const cookie = await service.cookieOf(people.attending);
  expect((await get(`/2?document=${document}`, cookie)).status).toBe(404);
  expect((await get(`/1?document=${document}&compare=9`, cookie)).status).toBe(404);
  for (const other of ['note/none', 'notes', `note/${noteId}/more`, '../orders']) {
    expect((await get(`?document=${other}`, cookie)).status).toBe(404);
  }
  expect((await get(`/one?document=${document}`, cookie)).status).toBe(400);
  expect((await get('', cookie)).status).toBe(400);
});

test('a visit is in the audit trail once, and again after a pause, and for each document', async () => {
  const { deps } = service;
  const opened = async () =>
    (await deps.reader.select().from(audit).where(eq(audit.action, 'history:opened'))).map(
      ({ entity, userId, encounterId: where }) => [entity, userId, where],
    );
  const cookie = await service.cookieOf(people.nurse);
  await get(`?document=${document}`, cookie);
  await get(`/1?document=${document}`, cookie);
  const visit = [document, people.nurse.id, encounterId];
  expect(await opened()).toEqual([visit]);
  await get('?document=orders', cookie);
  expect(await opened()).toEqual([visit, ['orders', people.nurse.id, encounterId]]);
  deps.clock.step(11 * 60_000);
  await get(`/1?document=${document}`, cookie);
  expect(await opened()).toHaveLength(3);
  await get(`/1?document=${document}`, await service.cookieOf(people.attending));
  expect(await opened()).toHaveLength(4);
});

test('a history whose log is damaged is not shown, and no other suffers', async () => {
  const { deps } = service;
  await write(as(people.nurse), () => textOfPlan().insert(0, 'Walk'));
  await write(as(people.nurse), () => textOfPlan().insert(4, ' on'));
  await tamper(deps, [`UPDATE document_log SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 2`]);
  const cookie = await service.cookieOf(people.attending);
  const { status, body } = await get<{ detail: string }>(`?document=${document}`, cookie);
  expect(status).toBe(503);
  expect(body.detail).toContain('damaged');
  expect((await get('?document=orders', cookie)).status).toBe(200);
});

test('a new epoch starts a new history', async () => {
  await write(as(people.nurse), () => textOfPlan().insert(0, 'On the wrong patient'));
  const cookie = await service.cookieOf(people.attending);
  await get(`?document=${document}`, cookie);
  doc = emptyDocument(registry.note.roots);
  head = { ...noEntry, epoch: 2 };
  await write(system, () => writeNewNote(doc, [{ id: 'plan', title: 'Plan', rank: 'a' }]));
  const { body } = await get<HistoryPage>(`?document=${document}`, cookie);
  expect(body.items.map(({ summary }) => summary)).toEqual(['Started the note']);
});

test('histories are kept while they are in use, and not for ever', async () => {
  const histories = new Histories(service.deps.reader);
  for (let index = 0; index < 40; index++) {
    await histories.open(noteRoom(encounterId, `made-up-${index}`), 'note');
  }
  expect(histories.size).toBe(24);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await histories.open(noteRoom(encounterId, 'made-up-39'), 'note');
  vi.advanceTimersByTime(10 * 60_000);
  vi.useRealTimers();
  expect(histories.size).toBe(0);
  const [first, second] = await Promise.all([histories.open(room, 'note'), histories.open(room, 'note')]);
  expect(first).toBe(second);
  expect(first.seq).toBe(1);
});
