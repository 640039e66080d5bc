import { pino, type Logger } from 'pino';

/** Secrets are never logged; should one slip into an object that is, it is taken out here. */
const secrets = ['password', 'token', 'ticket', 'cookie', 'authorization', 'authToken'];

export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), remove: true },
  });
