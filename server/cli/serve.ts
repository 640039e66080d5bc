import { parseArgs } from 'node:util';
import { main } from '../main.ts';
import type { Command } from './command.ts';

const help = `Usage: cochart serve

Serves everything on one port until it is told to stop (SIGINT or SIGTERM). Sets the database up, and seeds the demo
when it is empty.

Settings, from the environment: PORT, HOST, PUBLIC_URL, COCHART_DATA, DATABASE_URL, DATABASE_AUTH_TOKEN,
COCHART_DEMO, LOG_LEVEL. README.md says what each means.

Exit code: 0 when it was told to stop, 1 when it could not start.`;

async function run(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  return main(process.env);
}

export const serveCommand: Command = { summary: 'serve everything on one port', help, run };
