import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

/** Secrets are never logged; should one slip into an object that is, it is taken out here. */
const secrets = ['password', 'token', 'ticket', 'cookie', 'authorization', 'authToken'];

export const createLogger = (level: string, destination?: DestinationStream): Logger => {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), remove: true },
  };
  return destination ? pino(options, destination) : pino(options);
};

/**
 * Where a bug is, without what it was about: messages of database and parser errors quote the values they choked on,
 * and those can be somebody's chart.
 */
export function describeError(error: unknown): { type: string; code?: string; frames: string[] } {
  if (!(error instanceof Error)) return { type: typeof error, frames: [] };
  const code =
    'code' in error && /^[A-Z][A-Z0-9_]{1,40}$/.test(String(error.code)) ? String(error.code) : null;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(code === null ? {} : { code }),
    frames: frames.slice(0, 12).map((line) => line.trim()),
  };
}
