import { once } from 'node:events';
import { readConfig } from './config.ts';
import { keepHeapSmall } from './heap.ts';
import { createLogger } from './logger.ts';
import { startService, type Pages, type Service } from './service.ts';

/** After this the process ends, whatever is still under way. */
const closeWithinMs = 10_000;

/** What a person at the terminal reads; everything else is in the log. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`cochart: ${line}\n`);

/**
 * Serves until the process is told to stop; gives its exit code.
 * @param env where the configuration is read from
 */
export async function main(
  env: Record<string, string | undefined>,
  pages: Pages | null = null,
): Promise<number> {
  const config = readConfig(env);
  if (!config.ok) {
    complain(config.error);
    return 1;
  }
  const logger = createLogger(config.value.logLevel);
  keepHeapSmall();
  const service = await startService(config.value, logger, pages);
  if (!service.ok) {
    complain(service.error);
    return 1;
  }
  for (const line of greeting(service.value)) say(line);

  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  logger.info('stopping');
  const deadline = setTimeout(() => {
    logger.error('stopping took too long');
    process.exit(1);
  }, closeWithinMs);
  await service.value.close();
  clearTimeout(deadline);
  return 0;
}

function greeting({ address, demo, setupLink }: Service): string[] {
  const lines = [`Cochart is at ${address}`];
  if (demo) {
    const widest = Math.max(...demo.accounts.map(({ username }) => username.length));
    lines.push(
      '',
      `Demo accounts, password ${demo.password}:`,
      ...demo.accounts.map(({ username, words }) => `  ${username.padEnd(widest)}  ${words}`),
    );
  }
  if (setupLink) lines.push('', `Nobody is here yet. Make the first administrator: ${setupLink}`);
  return lines;
}
