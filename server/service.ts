import { getRequestListener } from '@hono/node-server';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { no, ok, type Result } from '../shared/wire/result.ts';
import { buildApp } from './app.ts';
import { createAuth } from './auth/auth.ts';
import type { Config } from './config.ts';
import { appRoot } from './db/appRoot.ts';
import { openDatabase } from './db/open.ts';
import type { Deps } from './deps.ts';
import { describeBug } from './http/errors.ts';
import { forgetOldAnswers } from './http/idempotency.ts';
import { createMetrics } from './http/metrics.ts';
import { ownOrigins } from './http/origin.ts';
import type { Demo } from './http/session.ts';
import { hasUsers, offerFirstRun } from './http/setup.ts';
import { libsqlLog } from './log/libsqlLog.ts';

/** A service that listens. */
export interface Service {
  /** Where people find it. */
  address: string;
  demo: Demo | null;
  /** The one-time link to make the first administrator, when there is nobody yet. */
  setupLink: string | null;
  close(): Promise<void>;
}

/** What serves the pages instead of the built client, while developing. */
export interface Pages {
  listener(server: Server, app: RequestListener): Promise<RequestListener>;
  /** Upgrades that are its own. */
  owns(request: IncomingMessage): boolean;
  close(): Promise<void>;
}

/** Often enough that an open socket does not long outlive its session, ms. */
const sweepEveryMs = 15_000;
const forgetEveryMs = 60 * 60_000;

/** Opens the data, joins the rooms, listens. Refuses in one line for the operator. */
export async function startService(
  config: Config,
  logger: Logger,
  pages: Pages | null = null,
): Promise<Result<Service, string>> {
  const opened = await openDatabase(config, { serve: true });
  if (!opened.ok) return opened;
  const undo: (() => unknown)[] = [() => opened.value.close()];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const service = await serve(config, logger, pages, opened.value, undo);
    if (!service.ok) await close();
    return service.ok ? ok({ ...service.value, close }) : service;
  } catch (error) {
    await close();
    throw error;
  }
}

async function serve(
  config: Config,
  logger: Logger,
  pages: Pages | null,
  { reader, writer }: Pick<Deps, 'reader' | 'writer'>,
  undo: (() => unknown)[],
): Promise<Result<Omit<Service, 'close'>, string>> {
  const deps: Deps = {
    config,
    logger,
    reader,
    writer,
    log: libsqlLog(reader, writer),
    now: () => new Date(),
    newId: () => randomUUID(),
  };
  const demo: Demo | null = null;
  const auth = createAuth(deps);
  const metrics = createMetrics();
  undo.push(() => metrics.close());
  const offer = (await hasUsers(deps)) ? null : offerFirstRun();

  let port = config.port;
  const app = buildApp(deps, {
    auth,
    metrics,
    demo,
    firstRun: offer?.firstRun ?? { digest: null },
    port: () => port,
    clientFolder: pages ? null : builtClient(logger),
  });

  const server = createServer();
  const listener: RequestListener = getRequestListener(app.fetch);
  server.on('request', pages ? await pages.listener(server, listener) : listener);
  if (pages) undo.push(() => pages.close());
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '';
    if (path.startsWith('/socket.io/') || pages?.owns(request)) return;
    refuseUpgrade(socket, head);
  });

  const listening = await listen(server, config);
  if (!listening.ok) return listening;
  port = listening.value;
  undo.push(() => stopListening(server));

  const repeat = (everyMs: number, run: () => Promise<void>): void => {
    const timer = setInterval(() => {
      run().catch((error: unknown) => logger.error(describeBug(error), 'housekeeping failed'));
    }, everyMs);
    undo.push(() => clearInterval(timer));
  };
  repeat(sweepEveryMs, () => auth.sweep());
  repeat(forgetEveryMs, () => forgetOldAnswers(deps));

  const address = ownOrigins(config, port)[0]!;
  return ok({ address, demo, setupLink: offer ? `${address}/setup?token=${offer.token}` : null });
}

function builtClient(logger: Logger): string | null {
  const folder = join(appRoot(), 'dist/client');
  if (existsSync(join(folder, 'index.html'))) return folder;
  logger.warn('the client is not built; only the API is served');
  return null;
}

/** Nothing else on this port speaks another protocol. */
const refuseUpgrade = (socket: Duplex, _head: Buffer): void => {
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
};

async function listen(server: Server, { host, port }: Config): Promise<Result<number, string>> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return no(`PORT: ${host}:${port} cannot be listened on (${code}).`);
  }
  return ok((server.address() as AddressInfo).port);
}

/** No new connection; those that are idle are closed, answers under way are finished. */
async function stopListening(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await closed;
}
