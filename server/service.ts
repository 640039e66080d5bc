import { getRequestListener } from '@hono/node-server';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { no, ok, type Result } from '../shared/wire/result.ts';
import { buildApp } from './app.ts';
import { createAuth } from './auth/auth.ts';
import { collabPath } from './collab/server.ts';
import type { Config } from './config.ts';
import { appRoot } from './db/appRoot.ts';
import { openDatabase } from './db/open.ts';
import { demoAccounts, demoPassword } from './demo/accounts.ts';
import { seedDemo } from './demo/seed.ts';
import type { Deps } from './deps.ts';
import { forgetOldExports } from './fhir/exportJobs.ts';
import { forgetUploads } from './fhir/uploads.ts';
import { collectGarbage } from './heap.ts';
import { forgetOldAnswers } from './http/idempotency.ts';
import { createMetrics } from './http/metrics.ts';
import { isOwnOrigin, ownOrigins } from './http/origin.ts';
import { usableDemo, type Demo } from './http/session.ts';
import { hasUsers, offerFirstRun } from './http/setup.ts';
import { openLiveWires } from './liveWires.ts';
import { libsqlLog } from './log/libsqlLog.ts';
import { announcing } from './outbox/deliver.ts';
import { indexRecords } from './records/search/reindex.ts';

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

/**
 * Who begins a request and does not end its head is cut off: the head of any honest one is there at once. A whole
 * record on a slow line takes longer.
 */
const patience = { headersTimeout: 8_000, requestTimeout: 60 * 60_000, connectionsCheckingInterval: 2_000 };

/** How long an answer under way, or the end of a socket, is waited for when the service stops, ms. */
const lingerMs = 3_000;

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
  { reader, writer: plainWriter }: Pick<Deps, 'reader' | 'writer'>,
  undo: (() => unknown)[],
): Promise<Result<Omit<Service, 'close'>, string>> {
  let look = (): void => {};
  const writer = announcing(plainWriter, () => look());
  const deps: Deps = {
    config,
    logger,
    reader,
    writer,
    log: libsqlLog(reader, writer),
    now: () => new Date(),
    newId: () => randomUUID(),
  };
  await forgetUploads(config.dataFolder);
  await indexRecords(deps);
  if (config.demo && (await seedDemo(deps))) logger.info('the demo was seeded');
  const demo: Demo | null = config.demo ? { password: demoPassword, accounts: demoAccounts } : null;
  const auth = createAuth(deps);
  const metrics = createMetrics();
  undo.push(() => metrics.close());
  const offer = (await hasUsers(deps)) ? null : offerFirstRun();

  const countRefused = metrics.counter(
    'cochart_refused_updates_total',
    'Updates that the collaboration gate refused, by reason.',
  );
  let port = config.port;
  const wires = openLiveWires({
    ...deps,
    auth,
    isOwnOrigin: (origin) => isOwnOrigin(config, port, origin),
    onRefused: (reason) => countRefused({ reason }),
    onAllLeft: collectGarbage,
  });
  look = wires.look;
  metrics.gauge('cochart_open_documents', 'Documents in memory.', () => wires.documents());
  metrics.gauge('cochart_open_sockets', 'Open sockets by wire.', () => {
    const { collab, realtime } = wires.connections();
    return [
      { labels: { wire: 'collab' }, value: collab },
      { labels: { wire: 'realtime' }, value: realtime },
    ];
  });
  const app = buildApp(deps, {
    auth,
    metrics,
    demo,
    firstRun: offer?.firstRun ?? { digest: null },
    countDrafts: (encounterIds) => wires.draftCounts.of(encounterIds),
    sealing: wires.collab.documents,
    port: () => port,
    clientFolder: pages ? null : builtClient(logger),
  });

  const server = createServer(patience);
  const listener: RequestListener = getRequestListener(app.fetch);
  server.on('request', pages ? await pages.listener(server, listener) : listener);
  if (pages) undo.push(() => pages.close());
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? '';
    if (path.startsWith('/socket.io/') || pages?.owns(request)) return;
    if (path.startsWith(collabPath)) void wires.collab.upgrade(request, socket, head);
    else refuseUpgrade(socket);
  });

  wires.announceOn(server);
  const stopListening = trackConnections(server);
  const listening = await listen(server, config);
  if (!listening.ok) return listening;
  port = listening.value;
  undo.push(stopListening);
  // Before all else: what is in memory is put into the log, and the people are told to come back.
  undo.push(() => wires.close());

  const repeat = (everyMs: number, run: () => Promise<void>): void => {
    const timer = setInterval(() => {
      run().catch((error: unknown) => logger.error({ err: error }, 'housekeeping failed'));
    }, everyMs);
    undo.push(() => clearInterval(timer));
  };
  repeat(sweepEveryMs, () => auth.sweep());
  repeat(forgetEveryMs, () => forgetOldAnswers(deps));
  repeat(forgetEveryMs, () => forgetOldExports(deps));

  const address = ownOrigins(config, port)[0]!;
  return ok({
    address,
    demo: demo && (await usableDemo(deps, demo)),
    setupLink: offer ? `${address}/setup?token=${offer.token}` : null,
  });
}

function builtClient(logger: Logger): string | null {
  const folder = join(appRoot(), 'dist/client');
  if (existsSync(join(folder, 'index.html'))) return folder;
  logger.warn('the client is not built; only the API is served');
  return null;
}

/** Nothing else on this port speaks another protocol. */
const refuseUpgrade = (socket: Duplex): void => {
  socket.on('error', () => socket.destroy());
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

/** Gives how to stop: no new connection, answers under way are finished, and whoever lingers is cut off. */
function trackConnections(server: Server): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const cutOff = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, lingerMs);
    await closed;
    clearTimeout(cutOff);
  };
}
