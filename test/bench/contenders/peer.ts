import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as encoding from 'lib0/encoding';
import { buildSync } from 'esbuild';
import { appRoot } from '../../../server/db/appRoot.ts';
import { noteSeed } from '../wire/updates.ts';
import type { Contender, ContenderName, StartOptions } from './contender.ts';
import type { Question } from './peers/child.ts';

type PeerName = Exclude<ContenderName, 'Cochart'>;

const programs: Record<PeerName, { file: string; levelDb?: true }> = {
  hocuspocus: { file: 'hocuspocus' },
  'y-websocket': { file: 'yWebsocket' },
  'y-websocket, LevelDB': { file: 'yWebsocket', levelDb: true },
  'bare relay': { file: 'relay' },
};

const built = join(appRoot(), 'dist/bench');
let isBuilt = false;

/** Plain JavaScript, as Cochart's own server is: a loader in the process would cost it memory. */
function build(): void {
  if (isBuilt) return;
  const source = join(appRoot(), 'test/bench/contenders/peers');
  buildSync({
    entryPoints: [...new Set(Object.values(programs).map(({ file }) => join(source, `${file}.ts`)))],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    outdir: built,
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
  isBuilt = true;
}

const noPrefix = new Uint8Array(0);

/** hocuspocus puts the name of the document before every message. */
function nameBefore(room: string): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, room);
  return encoding.toUint8Array(encoder);
}

export async function startPeer(name: PeerName, { history }: StartOptions): Promise<Contender> {
  build();
  const folder = await mkdtemp(join(tmpdir(), 'cochart-bench-'));
  const { file, levelDb } = programs[name];
  const hocuspocus = name === 'hocuspocus';
  let child: ChildProcess;
  let port = 0;

  const start = async (): Promise<void> => {
    child = fork(join(built, `${file}.mjs`), {
      env: {
        PATH: process.env.PATH ?? '',
        PORT: String(port),
        DATA: folder,
        ...(levelDb ? { YPERSISTENCE: join(folder, 'level') } : {}),
      },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    ({ port } = await answer<{ port: number }>(child));
  };
  const ask = <T>(question: Question): Promise<T> => {
    child.send(question);
    return answer<T>(child);
  };
  const kill9 = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };

  const peer: Contender = {
    name,
    get pid() {
      return child.pid ?? 0;
    },
    room: (index) => `room-${index}`,
    url: (room) => `ws://127.0.0.1:${port}/${room}`,
    headers: () => ({}),
    prefix: hocuspocus ? nameBefore : () => noPrefix,
    asksForToken: hocuspocus,
    keepsDocuments: name !== 'bare relay',
    acknowledges: hocuspocus ? 'in memory' : null,
    seed: name === 'bare relay' || history ? null : noteSeed,
    documents: async () => (await ask<{ documents: number }>({ ask: 'documents' })).documents,
    kill9,
    restart: async () => {
      await kill9();
      await start();
    },
    close: async () => {
      await kill9();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await start();
  if (history) await ask({ ask: 'store', room: peer.room(0), updates: [history.state] });
  return peer;
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const stopped = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: stopped.signal }).then(([message]) => message as T),
      once(child, 'exit', { signal: stopped.signal }).then(([code, signal]) => {
        throw new Error(`A peer stopped with ${String(code ?? signal)}.`);
      }),
    ]);
  } finally {
    stopped.abort();
  }
}
