import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig, type Config } from '../../server/config.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import type { Deps } from '../../server/deps.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { fixedClock, type Clock } from './clock.ts';

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'cochart-'));

/** The configuration of a service on this folder, as the environment would give it. */
export function configFor(folder: string, env: Record<string, string> = {}): Config {
  const config = readConfig({
    COCHART_DATA: folder,
    PORT: '0',
    LOG_LEVEL: 'silent',
    COCHART_DEMO: '0',
    ...env,
  });
  if (!config.ok) throw new Error(config.error);
  return config.value;
}

/** Everything an act may ask for, on a real, empty, migrated database in a folder of its own. */
export interface TestDatabase extends Deps {
  folder: string;
  clock: Clock;
  close(): Promise<void>;
}

export async function testDatabase({ clock = fixedClock() } = {}): Promise<TestDatabase> {
  const folder = await temporaryFolder();
  const config = configFor(folder);
  const opened = await openDatabase(config, { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  return depsOver(opened.value, { config, folder, clock });
}

function depsOver(database: Database, given: { config: Config; folder: string; clock: Clock }): TestDatabase {
  const { reader, writer } = database;
  return {
    ...given,
    reader,
    writer,
    logger: pino({ level: 'silent' }),
    log: libsqlLog(reader, writer),
    now: given.clock.now,
    newId: randomUUID,
    close: async () => {
      await database.close();
      await rm(given.folder, { recursive: true, force: true });
    },
  };
}
