import { hash } from '@node-rs/argon2';
import { users } from '../../../server/auth/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { openDatabase, type Database } from '../../../server/db/open.ts';
import type { LogGroup } from '../../../server/log/documentLog.ts';
import { entryAfter, noEntry, system, type EntryAuthor } from '../../../server/log/entries.ts';
import { appendStatements, libsqlLog } from '../../../server/log/libsqlLog.ts';
import { joinStructs } from '../../../server/log/updatesInOrder.ts';
import { notes } from '../../../server/notes/tables.ts';
import { encounters, patients } from '../../../server/records/tables.ts';
import * as Y from 'yjs';
import { noteRoom } from '../../../shared/documents/room.ts';
import { configFor, temporaryFolder } from '../../support/database.ts';
import { seedPeople, siteA, testPassword, wardOfA } from '../../support/people.ts';
import { startService } from '../../support/service.ts';
import { signIn } from '../../support/signIn.ts';
import { noteSeed, type Seed } from '../wire/updates.ts';
import type { Contender, StartOptions, StoredHistory } from './contender.ts';

/** Accounts that the clients share. */
const accounts = 16;
const rowsPerBatch = 500;

const numbered = (kind: string, index: number): string =>
  `${kind}-0000-4000-8000-${String(index).padStart(12, '0')}`;
const userId = (index: number): string => numbered('be5c0001', index);
const encounterId = (index: number): string => numbered('be5c0002', index);
const noteId = (index: number): string => numbered('be5c0003', index);
const patientId = numbered('be5c0004', 0);
const room = (index: number): string => noteRoom(encounterId(index), noteId(index));

const noPrefix = new Uint8Array(0);

export async function startCochart({ documents, history }: StartOptions): Promise<Contender> {
  const folder = await temporaryFolder();
  const opened = await openDatabase(configFor(folder), { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  await seedAccounts(opened.value);
  await seedEncounters(opened.value, documents);
  const seeded = history ? 1 : 0;
  const rooms = Array.from({ length: documents - seeded }, (_, index) => room(index + seeded));
  for (let from = 0; from < rooms.length; from += rowsPerBatch)
    await append(opened.value, seedsOf(rooms.slice(from, from + rowsPerBatch), noteSeed));
  if (history) await storeHistory(opened.value, room(0), history);
  await opened.value.close();

  const service = await startService({ folder, env: { COCHART_DEMO: '0' } });
  const cookies: string[] = [];
  for (let index = 0; index < accounts; index++)
    cookies.push(await signIn(service.url, `typist-${index}`, testPassword));

  return {
    name: 'Cochart',
    get pid() {
      return service.pid;
    },
    room,
    url: (name) => `${service.url.replace('http', 'ws')}/collab/${name}?ext=1`,
    headers: (client) => ({ Cookie: cookies[client % accounts]! }),
    prefix: () => noPrefix,
    asksForToken: false,
    keepsDocuments: true,
    acknowledges: 'durable',
    seed: null,
    documents: async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      const open = /^cochart_open_documents (\d+)/m.exec(metrics)?.[1];
      return open === undefined ? null : Number(open);
    },
    kill9: () => service.kill9(),
    restart: () => service.restart(),
    close: () => service.close(),
  };
}

async function seedAccounts({ reader, writer }: Database): Promise<void> {
  await seedPeople({ reader, writer, now: () => new Date() });
  const passwordHash = await hash(testPassword, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  const rows = Array.from({ length: accounts }, (_, index) => ({
    id: userId(index),
    username: `typist-${index}`,
    name: `Typist ${index}`,
    role: 'attending' as const,
    siteId: siteA,
    passwordHash,
    createdAt: new Date().toISOString(),
  }));
  await writer.commit({ statements: [statement(reader.insert(users).values(rows))] });
}

/** An encounter with one note each, all of one patient. */
async function seedEncounters({ reader, writer }: Database, count: number): Promise<void> {
  const now = new Date().toISOString();
  const patient = {
    id: patientId,
    siteId: siteA,
    family: 'Testcase',
    given: 'Una',
    sex: 'female',
    searchText: ' testcase una',
  };
  await writer.commit({ statements: [statement(reader.insert(patients).values(patient))] });
  for (let from = 0; from < count; from += rowsPerBatch) {
    const indexes = Array.from({ length: Math.min(rowsPerBatch, count - from) }, (_, n) => from + n);
    const encounterRows = indexes.map((index) => ({
      id: encounterId(index),
      patientId,
      siteId: siteA,
      wardId: wardOfA,
      status: 'in-progress',
      class: 'IMP',
      startAt: now,
    }));
    const noteRows = indexes.map((index) => ({
      id: noteId(index),
      encounterId: encounterId(index),
      kind: 'progress' as const,
      title: 'Progress note',
      status: 'draft' as const,
      authorId: userId(0),
      createdAt: now,
    }));
    await writer.commit({
      statements: [
        statement(reader.insert(encounters).values(encounterRows)),
        statement(reader.insert(notes).values(noteRows)),
      ],
    });
  }
}

const append = async ({ reader, writer }: Database, group: LogGroup): Promise<void> =>
  void (await writer.commit({ statements: appendStatements(reader, group) }));

/** The log of a document of which these updates are all. */
function logOf(
  document: string,
  updates: readonly Uint8Array[],
  author: EntryAuthor,
  clientIds: number[],
): LogGroup {
  const at = new Date().toISOString();
  let head = noEntry;
  const entries = updates.map((bytes) => {
    const entry = entryAfter(head, {
      document,
      kind: 'update',
      lease: clientIds[0]!,
      at,
      bytes,
      ...author,
    });
    head = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
    return entry;
  });
  const leases = clientIds.map((clientId) => ({
    document,
    epoch: head.epoch,
    clientId,
    since: at,
    ...author,
  }));
  return { entries, leases };
}

function seedsOf(documents: readonly string[], { bytes, clientId }: Seed): LogGroup {
  const groups = documents.map((document) => logOf(document, [bytes], system, [clientId]));
  return {
    entries: groups.flatMap(({ entries }) => entries),
    leases: groups.flatMap(({ leases = [] }) => leases),
  };
}

/** Every update is an entry; the snapshot is what the service makes when the last reader of a note leaves. */
async function storeHistory(database: Database, document: string, history: StoredHistory): Promise<void> {
  const author = { userId: userId(0), deviceId: userId(0) };
  const { entries, leases = [] } = logOf(document, history.updates, author, history.clientIds);
  for (let from = 0; from < entries.length; from += 20 * rowsPerBatch)
    await append(database, { entries: entries.slice(from, from + 20 * rowsPerBatch) });
  await append(database, { entries: [], leases });
  const last = entries.at(-1)!;
  const log = libsqlLog(database.reader, database.writer);
  await log.saveSnapshot(
    document,
    last.epoch,
    {
      seq: last.seq,
      logHash: last.hash,
      bytes: joinStructs(history.state),
      stateVector: Y.encodeStateVectorFromUpdate(history.state),
    },
    last.at,
  );
}
