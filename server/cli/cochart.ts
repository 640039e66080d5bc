import { Stop, exit, type Command } from './command.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { serveCommand } from './serve.ts';
import { terminologyCommand } from './terminology.ts';
import { userCommand } from './user.ts';
import { verifyCommand } from './verify.ts';

const commands: Record<string, Command> = {
  serve: serveCommand,
  import: importCommand,
  export: exportCommand,
  verify: verifyCommand,
  user: userCommand,
  terminology: terminologyCommand,
};

const help = [
  'cochart: real-time collaborative charting for care teams',
  '',
  'Usage: cochart <command> [options]',
  '',
  'Commands:',
  ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`),
  '',
  'Each command has its own --help. Settings come from the environment; see README.md.',
].join('\n');

const isUsageError = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

async function run([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(help);
    return name === undefined ? exit.failed : exit.done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    console.error(`cochart: there is no command ${name}. See cochart --help.`);
    return exit.failed;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help);
    return exit.done;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof Stop) console.error(`cochart ${name}: ${error.message}`);
    else if (isUsageError(error))
      console.error(`cochart ${name}: ${error.message} See cochart ${name} --help.`);
    else throw error;
    return exit.failed;
  }
}

// Whatever is written holds charts: it is for the account that runs this, and for nobody else.
process.umask(0o077);
process.exitCode = await run(process.argv.slice(2));
