import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appRoot } from '../../../server/db/appRoot.ts';
import { temporaryFolder } from '../../support/database.ts';

// A small project of the same layout, whose build scripts only note that they ran.

const run = promisify(execFile);
let folder: string;

const noteThatItRan = (part: string, made: string): string =>
  `node -e "const fs = require('fs'), path = require('path'); fs.appendFileSync('ran.txt', '${part} '); ` +
  `fs.mkdirSync(path.dirname('${made}'), { recursive: true }); fs.writeFileSync('${made}', '')"`;

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

const scripts = {
  'build:server': noteThatItRan('server', 'dist/server/cli/cochart.js'),
  'build:client': noteThatItRan('client', 'dist/client/index.html'),
};

beforeEach(async () => {
  folder = await temporaryFolder();
  await write('package.json', JSON.stringify({ name: 'small', type: 'module', scripts }));
  await cp(join(appRoot(), 'server/cli/build.mjs'), join(folder, 'server/cli/build.mjs'));
  await write('server/a.ts', '1');
  await write('shared/b.ts', '1');
  await write('client/c.ts', '1');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Which parts were built by this run, and what it said. */
async function build(): Promise<{ built: string[]; said: string }> {
  await rm(join(folder, 'ran.txt'), { force: true });
  const { stderr } = await run(process.execPath, [join(folder, 'server/cli/build.mjs')], { cwd: folder });
  const ran = await readFile(join(folder, 'ran.txt'), 'utf8').catch(() => '');
  return { built: ran.split(' ').filter(Boolean), said: stderr.replace(/^npm warn.*\n/gm, '') };
}

test('what is missing is built and announced in one line; what is fresh is left alone', async () => {
  expect(await build()).toEqual({
    built: ['server', 'client'],
    said: 'Building the server and the client ...\n',
  });
  expect(await build()).toEqual({ built: [], said: '' });
});

test.each([
  ['server/a.ts', ['server']],
  ['client/c.ts', ['client']],
  ['shared/b.ts', ['server', 'client']],
  ['package-lock.json', ['server', 'client']],
  ['vite.config.ts', ['client']],
  ['server/new.ts', ['server']],
])('a change of %s builds %j anew', async (path, built) => {
  await build();
  await write(path, '2');
  expect((await build()).built).toEqual(built);
});

test('what was built and then removed is built anew', async () => {
  await build();
  await rm(join(folder, 'dist/client/index.html'));
  expect((await build()).built).toEqual(['client']);
});

test('a build that fails is not taken for done', async () => {
  const failing = { ...scripts, 'build:server': 'node -e "process.exit(3)"' };
  await write('package.json', JSON.stringify({ name: 'small', type: 'module', scripts: failing }));
  await expect(build()).rejects.toThrow('The server could not be built.');
  await expect(build()).rejects.toThrow('The server could not be built.');
});

test('two commands that start together build once', async () => {
  const both = await Promise.all([build(), build()]);
  const ran = await readFile(join(folder, 'ran.txt'), 'utf8');
  expect(ran.split(' ').filter(Boolean)).toEqual(['server', 'client']);
  expect(both.filter(({ said }) => said !== '')).toHaveLength(1);
});

test('a build that was killed half-way does not hold up the next', async () => {
  await write('dist/.building', '999999999');
  expect((await build()).built).toEqual(['server', 'client']);
});
