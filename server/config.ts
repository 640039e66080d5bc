import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { no, ok, type Result } from '../shared/wire/result.ts';
import type { DatabaseLocation } from './db/location.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  COCHART_DATA: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^(file:|libsql:|https?:)/, 'must start with file:, libsql:, http: or https:')
    .optional(),
  DATABASE_AUTH_TOKEN: z.string().min(1).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  COCHART_DEMO: z.enum(['0', '1']).default('1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HL7_PORT: port.optional(),
  COCHART_UPLOAD_MB: z.coerce.number().int().min(1).max(1_000_000).default(2048),
});

export interface Config {
  port: number;
  host: string;
  publicUrl: string | null;
  /** Absolute path of the data folder. */
  dataFolder: string;
  database: DatabaseLocation;
  demo: boolean;
  logLevel: string;
  /** The largest file that somebody may send to be imported, bytes. */
  uploadBytes: number;
}

const localHosts = new Set(['127.0.0.1', 'localhost', '::1']);

/** Environment to configuration: the only reader of it. A refusal is one line that names the variable. */
export function readConfig(env: Record<string, string | undefined>): Result<Config, string> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    return no(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  }
  const values = parsed.data;
  if (!localHosts.has(values.HOST) && values.PUBLIC_URL === undefined) {
    return no(
      `HOST: ${values.HOST} is reachable from elsewhere, so PUBLIC_URL must say under which address.`,
    );
  }
  if (values.REDIS_URL !== undefined)
    return no('REDIS_URL: several nodes are not supported yet; leave it unset.');
  if (values.HL7_PORT !== undefined)
    return no('HL7_PORT: the HL7 v2 listener is not there yet; leave it unset.');
  if (values.PUBLIC_URL !== undefined && new URL(values.PUBLIC_URL).pathname !== '/') {
    return no('PUBLIC_URL: the service stands at the root of its address; leave the path out.');
  }
  const dataFolder = isAbsolute(values.COCHART_DATA) ? values.COCHART_DATA : resolve(values.COCHART_DATA);
  const url = values.DATABASE_URL ?? pathToFileURL(resolve(dataFolder, 'cochart.db')).href;
  if (values.DATABASE_AUTH_TOKEN !== undefined && url.startsWith('file:')) {
    return no('DATABASE_AUTH_TOKEN: a file takes no token; set DATABASE_URL, or leave it unset.');
  }
  return ok({
    port: values.PORT,
    host: values.HOST,
    publicUrl: values.PUBLIC_URL === undefined ? null : new URL(values.PUBLIC_URL).origin,
    dataFolder,
    database: { url: absoluteFileUrl(url), authToken: values.DATABASE_AUTH_TOKEN },
    demo: values.COCHART_DEMO === '1',
    logLevel: values.LOG_LEVEL,
    uploadBytes: values.COCHART_UPLOAD_MB * 1024 * 1024,
  });
}

/** `file:data/x.db` is taken from the working folder, as libSQL does. */
const absoluteFileUrl = (url: string): string =>
  url.startsWith('file:') && !url.startsWith('file:/') ? pathToFileURL(resolve(url.slice(5))).href : url;
