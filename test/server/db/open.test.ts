import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { auditRow, nobody } from '../../../server/audit/trail.ts';
import { appRoot } from '../../../server/db/appRoot.ts';
import type { Batch } from '../../../server/db/batch.ts';
import { maxFrameBytes } from '../../../server/db/frames.ts';
import { openDatabase, type Database } from '../../../server/db/open.ts';
import { configFor, temporaryFolder } from '../../support/database.ts';

const mebibyte = 1024 * 1024;

let folder: string;
const opened: Database[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const database of opened.splice(0).toReversed()) await database.close();
  for (const child of children.splice(0)) await kill9(child);
  await rm(folder, { recursive: true, force: true });
});

/** Opens at once or not at all: waiting is for operators. */
async function open(serve: boolean, config = configFor(folder)): Promise<Database | string> {
  const result = await openDatabase(config, { serve, waitMs: 0 });
  if (!result.ok) return result.error;
  opened.push(result.value);
  return result.value;
}

async function mustOpen(serve: boolean): Promise<Database> {
  const result = await open(serve);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

async function holdInAnotherProcess(): Promise<ChildProcess> {
  const script = join(appRoot(), 'test/support/heldDatabase.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  expect(String(line)).toBe('held\n');
  return child;
}

async function kill9(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const rowOf = (entity: string): Batch => ({
  statements: [],
  chained: [
    auditRow({
      action: 'site:created',
      outcome: 'success',
      actor: nobody,
      at: new Date('2026-03-02T08:00:00Z'),
      entity,
    }),
  ],
});
const rowsIn = async ({ reader }: Database): Promise<unknown> =>
  reader.all(sql`SELECT entity FROM audit ORDER BY seq`);

describe('there is never a second writer', () => {
  test('a second service on a data folder is refused in one line', async () => {
    await mustOpen(true);
    expect(await open(true)).toMatch(/^Another cochart is using .*; stop it first, or set COCHART_DATA\.$/);
  });

  test('a service in another process keeps out a second one, and lets commands write through it', async () => {
    await holdInAnotherProcess();
    expect(await open(true)).toMatch(/^Another cochart is using/);
    const command = await mustOpen(false);
    expect(await command.writer.commit(rowOf('through:service'))).toMatchObject({ ok: true });
    expect(await rowsIn(command)).toEqual([{ entity: 'through:service' }]);
  });

  test('without a service a command writes by itself, and keeps out a service and a second command', async () => {
    const command = await mustOpen(false);
    await command.writer.commit(rowOf('by:itself'));
    expect(await open(false)).toMatch(/^Another command is writing to .*; wait until it has finished\.$/);
    expect(await open(true)).toMatch(/^Another cochart is using/);
  });

  test('a service that dies with kill -9 leaves nothing that keeps out the next', async () => {
    const child = await holdInAnotherProcess();
    const command = await mustOpen(false);
    await command.writer.commit(rowOf('before:death'));
    await kill9(child);
    await expect(command.writer.commit(rowOf('after:death'))).rejects.toThrow('has closed the connection');
    expect(existsSync(join(folder, 'cochart.sock'))).toBe(true);

    const service = await mustOpen(true);
    expect(await service.writer.commit(rowOf('after:restart'))).toMatchObject({ ok: true });
    expect(await rowsIn(service)).toEqual([{ entity: 'before:death' }, { entity: 'after:restart' }]);
    const next = await mustOpen(false);
    expect(await next.writer.commit(rowOf('through:socket'))).toMatchObject({ ok: true });
  });

  test('a command that finds the socket of a dead service writes by itself', async () => {
    await kill9(await holdInAnotherProcess());
    const command = await mustOpen(false);
    expect(await command.writer.commit(rowOf('by:itself'))).toMatchObject({ ok: true });
  });

  test('a service that stops frees its lock and its socket', async () => {
    await mustOpen(true);
    await opened.pop()?.close();
    expect(existsSync(join(folder, 'cochart.sock'))).toBe(false);
    await mustOpen(true);
  });

  test('a service gives the write-ahead log its size before it needs it; a command does not', async () => {
    const log = join(folder, 'cochart.db-wal');
    const command = await mustOpen(false);
    const left = (await stat(log)).size;
    await command.close();
    opened.length = 0;
    const { reader } = await mustOpen(true);
    expect(left).toBeLessThan(4 * mebibyte);
    expect((await stat(log)).size).toBeGreaterThan(28 * mebibyte);
    expect(await reader.get(sql`PRAGMA integrity_check`)).toEqual({ integrity_check: 'ok' });
    expect(await reader.all(sql`SELECT name FROM sqlite_master WHERE name = 'room'`)).toEqual([]);
  });

  test('one that has to wait gets in as soon as the other has gone', async () => {
    const first = await mustOpen(true);
    const second = openDatabase(configFor(folder), { serve: true, waitMs: 60_000 });
    opened.splice(opened.indexOf(first), 1);
    await first.close();
    const result = await second;
    expect(result.ok).toBe(true);
    if (result.ok) opened.push(result.value);
  });

  test('a command for another database is not written through this service', async () => {
    await mustOpen(true);
    const other = configFor(folder, { DATABASE_URL: pathToFileURL(join(folder, 'other.db')).href });
    expect(await open(false, other)).toMatch(/uses another database; set the same DATABASE_URL/);
  });
});

describe('the socket for commands', () => {
  test('only the account that runs the service can open it', async () => {
    await mustOpen(true);
    expect((await stat(join(folder, 'cochart.sock'))).mode & 0o777).toBe(0o600);
  });

  test('a new data folder is closed to other accounts', async () => {
    const inside = join(folder, 'data');
    const database = await openDatabase(configFor(inside), { serve: true, waitMs: 0 });
    if (!database.ok) throw new Error(database.error);
    opened.push(database.value);
    expect((await stat(inside)).mode & 0o777).toBe(0o700);
  });

  const tooLarge = Buffer.alloc(4);
  tooLarge.writeUInt32BE(maxFrameBytes + 1);
  const noMessage = Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from('nope')]);
  test.each([
    ['a frame larger than the limit', tooLarge],
    ['a frame that holds no message', noMessage],
  ])('%s ends that connection and nothing else', async (_what, bytes) => {
    const service = await mustOpen(true);
    const stranger = connect(join(folder, 'cochart.sock'));
    stranger.on('error', () => undefined).resume();
    stranger.write(bytes);
    await once(stranger, 'close');
    expect(await service.writer.commit(rowOf('still:there'))).toMatchObject({ ok: true });
    expect(await (await mustOpen(false)).writer.commit(rowOf('also:there'))).toMatchObject({ ok: true });
  });

  test('a data folder whose socket would have too long a path is refused in one line', async () => {
    const deep = join(folder, 'd'.repeat(120));
    await mkdir(deep);
    expect(await open(true, configFor(deep))).toMatch(/^COCHART_DATA: .* too long for a socket\.$/);
  });

  test('a batch larger than a frame may be is refused before it is sent', async () => {
    await mustOpen(true);
    const command = await mustOpen(false);
    const batch = { statements: [{ sql: 'SELECT ?', params: [Buffer.alloc(maxFrameBytes)] }] };
    await expect(command.writer.commit(batch)).rejects.toThrow('too much for one write');
    expect(await command.writer.commit(rowOf('still:there'))).toMatchObject({ ok: true });
  });
});
