import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appRoot } from '../../server/db/appRoot.ts';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryFolder } from './database.ts';

/** The built service in a process of its own, on a data folder that outlives that process. */
export interface Service {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  /** All that its processes have printed so far. */
  output(): string;
  /** Dies without a chance to do anything. */
  kill9(): Promise<void>;
  /** Stops as an operator stops it; gives the exit code. */
  stop(): Promise<number | null>;
  /** Starts again on the same port and data folder. */
  restart(): Promise<void>;
  /** Runs a command of the built command line beside it. */
  command(args: string[], input?: string): Promise<CommandRun>;
  /** Stops it and removes its data. */
  close(): Promise<void>;
}

export interface CommandRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

const program = join(appRoot(), 'dist/server/cli/cochart.js');
/** What `npm start` gives Node before the program. */
const nodeOptions = /^node (.*)server\/cli\/bin\.mjs serve$/
  .exec(manifest.scripts.start)![1]!
  .split(' ')
  .filter(Boolean);
const startsWithinMs = 60_000;

/** Only what is named here: nothing of the developer's own environment changes a test. */
const environment = (folder: string, env: Record<string, string>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  COCHART_DATA: folder,
  LOG_LEVEL: 'warn',
  ...env,
});

/** Runs the built command line to its end. */
export async function runCommand(
  args: string[],
  { folder, env = {}, input = '' }: { folder: string; env?: Record<string, string>; input?: string },
): Promise<CommandRun> {
  const child = spawn(process.execPath, [program, ...args], { env: environment(folder, env), stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** `folder`: a data folder to go on with; otherwise a new one, seeded with the demo unless `COCHART_DEMO` is 0. */
export async function startService(
  options: { folder?: string; env?: Record<string, string> } = {},
): Promise<Service> {
  const folder = options.folder ?? (await temporaryFolder());
  const env = options.env ?? {};
  let output = '';
  let child: ChildProcess;
  let port = 0;

  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [...nodeOptions, program, 'serve'], {
      env: environment(folder, { ...env, PORT: String(port) }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    port = await listening(child, (text) => (output += text));
  };
  const ended = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };

  await start();
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    get pid() {
      return child.pid ?? 0;
    },
    folder,
    output: () => output,
    kill9: async () => void (await ended('SIGKILL')),
    stop: () => ended('SIGTERM'),
    restart: async () => {
      await ended('SIGKILL');
      await start();
    },
    command: (args, input = '') => runCommand(args, { folder, env, input }),
    close: async () => {
      await ended('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The port from the line with which the service says where it is. */
function listening(child: ChildProcess, keep: (text: string) => void): Promise<number> {
  let seen = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`The service ${why}. It printed:\n${seen}`));
    };
    const deadline = setTimeout(() => fail('did not say where it is'), startsWithinMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        keep(text);
        seen += text;
        const port = /Cochart is at http:\/\/[^\s:]+:(\d+)/.exec(seen)?.[1];
        if (port === undefined) return;
        clearTimeout(deadline);
        resolve(Number(port));
      });
    }
    child.once('exit', (code) => {
      clearTimeout(deadline);
      fail(`stopped with ${code ?? 'a signal'}`);
    });
  });
}
