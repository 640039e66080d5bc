import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Reader } from './db/reader.ts';
import type { Writer } from './db/writer.ts';
import type { DocumentLog } from './log/documentLog.ts';

/** The few things an act may ask for. */
export interface Deps {
  config: Config;
  logger: Logger;
  /** Reads, and builds statements. */
  reader: Reader;
  /** The only way to write. */
  writer: Writer;
  log: DocumentLog;
  now(): Date;
  /** A fresh UUID. */
  newId(): string;
}
