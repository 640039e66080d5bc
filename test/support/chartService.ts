import type * as Y from 'yjs';
import { registry } from '../../shared/documents/registry.ts';
import { parseRoom } from '../../shared/documents/room.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { openReader, type Reader } from '../../server/db/reader.ts';
import { foldDocument } from '../../server/log/fold.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { seedEncounter } from './chart.ts';
import { configFor, temporaryFolder } from './database.ts';
import { seedPeople } from './people.ts';
import { startService, type Service } from './service.ts';

/** The built service with one user of every role and one encounter in progress, and no demo. */
export async function startWithChart({
  env = {},
  seed = async () => {},
}: {
  env?: Record<string, string>;
  /** What else is to be there. */
  seed?: (database: Database) => Promise<void>;
} = {}): Promise<Service> {
  const folder = await temporaryFolder();
  const opened = await openDatabase(configFor(folder), { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  const now = (): Date => new Date();
  await seedPeople({ ...opened.value, now });
  await seedEncounter({ ...opened.value, now });
  await seed(opened.value);
  await opened.value.close();
  return startService({ folder, env: { COCHART_DEMO: '0', ...env } });
}

/** Asks the database file itself, whether or not a service runs. */
export async function withReader<T>(folder: string, ask: (reader: Reader) => Promise<T>): Promise<T> {
  const reader = await openReader(configFor(folder).database);
  try {
    return await ask(reader);
  } finally {
    reader.close();
  }
}

/** Documents as their logs have them. */
export const documentsInLog = (folder: string, rooms: readonly string[]): Promise<Y.Doc[]> =>
  withReader(folder, async (reader) => {
    const writer = { commit: () => Promise.reject(new Error('only read')), close: async () => {} };
    const log = libsqlLog(reader, writer);
    const documents: Y.Doc[] = [];
    for (const room of rooms) {
      const parsed = parseRoom(room);
      if (!parsed.ok) throw new Error(`${room} is no room.`);
      documents.push((await foldDocument(log, room, registry[parsed.value.kind].roots)).doc);
    }
    return documents;
  });

export const documentInLog = async (folder: string, room: string): Promise<Y.Doc> =>
  (await documentsInLog(folder, [room]))[0]!;
