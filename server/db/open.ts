import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Config } from '../config.ts';
import { appRoot } from './appRoot.ts';
import { takeLock } from './lock.ts';
import { openReader, type Reader } from './reader.ts';
import { startWriter, type Writer } from './writer.ts';
import { connectToWriter, listenForCommands } from './writerSocket.ts';

/** The database of one process: reads of its own, and writes through whoever holds the data folder's lock. */
export interface Database {
  reader: Reader;
  writer: Writer;
  close(): Promise<void>;
}

/** How long to wait for a process that is just starting or just stopping, ms. */
const patienceMs = 5_000;
const retryMs = 100;

type Needed = Pick<Config, 'dataFolder' | 'database'>;

/**
 * A service takes the lock and lets commands write through it. A command writes through the running service, or
 * takes the lock itself. Without either there is no database, and the reason is one line for the operator: never a
 * second writer.
 */
export async function openDatabase(
  config: Needed,
  { serve, waitMs = patienceMs }: { serve: boolean; waitMs?: number },
): Promise<Result<Database, string>> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const opened = (serve ? null : await throughService(config)) ?? (await withLock(config, serve));
    if (opened) return opened;
    if (performance.now() >= deadline) {
      return no(
        serve
          ? `Another cochart is using ${config.dataFolder}; stop it first, or set COCHART_DATA.`
          : `Another command is writing to ${config.dataFolder}; wait until it has finished.`,
      );
    }
    await sleep(retryMs);
  }
}

async function throughService(config: Needed): Promise<Result<Database, string> | null> {
  const connected = await connectToWriter(config.dataFolder, config.database.url);
  if (!connected.ok) return connected;
  const writer = connected.value;
  if (!writer) return null;
  const reader = await openReader(config.database);
  return ok({
    reader,
    writer,
    close: async () => {
      await writer.close();
      reader.close();
    },
  });
}

async function withLock(config: Needed, serve: boolean): Promise<Result<Database, string> | null> {
  const lock = await takeLock(config.dataFolder);
  if (!lock) return null;
  const undo: (() => unknown)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const migrationsFolder = join(appRoot(), 'migrations');
    const writer = await startWriter({ location: config.database, migrationsFolder, toStay: serve });
    undo.push(() => writer.close());
    const reader = await openReader(config.database);
    undo.push(() => reader.close());
    if (serve) {
      const socket = await listenForCommands(config.dataFolder, config.database.url, writer);
      if (!socket.ok) {
        await close();
        return socket;
      }
      undo.push(() => socket.value.close());
    }
    return ok({ reader, writer, close });
  } catch (error) {
    await close();
    throw error;
  }
}
