import type { Config } from '../config.ts';
import { readConfig } from '../config.ts';
import { openDatabase } from '../db/open.ts';
import type { Reader } from '../db/reader.ts';
import type { Writer } from '../db/writer.ts';
import { viaCommandLine } from './viaCommandLine.ts';

/** What a shell learns: `partly` is an import that left something out. */
export const exit = { done: 0, failed: 1, partly: 2 } as const;

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** All of `--help`, without a line end. */
  help: string;
  run(args: string[]): Promise<number>;
}

/** Why a command cannot go on, in one line for the operator; anything else that is thrown is a bug. */
export class Stop extends Error {}

/** What a command works with: the database beside a running service, or its own. */
export interface Surroundings {
  config: Config;
  reader: Reader;
  writer: Writer;
  now(): Date;
}

/** @throws Stop when there is no database to be had */
export async function withDatabase<T>(work: (surroundings: Surroundings) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  if (!config.ok) throw new Stop(config.error);
  const database = await openDatabase(config.value, { serve: false });
  if (!database.ok) throw new Stop(database.error);
  const { reader, writer, close } = database.value;
  try {
    return await work({
      config: config.value,
      reader,
      writer: viaCommandLine(writer),
      now: () => new Date(),
    });
  } finally {
    await close();
  }
}
