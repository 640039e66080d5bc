import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPaths } from '../../../server/cli/findPaths.ts';
import { temporaryFolder } from '../../support/database.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  for (const name of ['one/a.json', 'one/b.json', 'one/.hidden.json', 'two/a.json', 'one/[odd].json']) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), '{}');
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** What is found, seen from the folder. */
const find = (...names: string[]): { paths: string[]; missing: string[] } => {
  const found = findPaths(names.map((name) => join(folder, name)));
  const here = (path: string): string => relative(folder, path);
  return { paths: found.paths.map(here), missing: found.missing.map(here) };
};

test.each([
  ['one/a.json', ['one/a.json']],
  ['one', ['one']],
  ['one/*.json', ['one/[odd].json', 'one/a.json', 'one/b.json']],
  ['one/?.json', ['one/a.json', 'one/b.json']],
  ['one/[a-a].json', ['one/a.json']],
  ['one/[!a].json', ['one/b.json']],
  ['*/a.json', ['one/a.json', 'two/a.json']],
  ['one/.*.json', ['one/.hidden.json']],
  ['one/[odd].json', ['one/[odd].json']],
])('%s names %j', (name, paths) => {
  expect(find(name)).toEqual({ paths, missing: [] });
});

test('what is named twice is taken once, in the order of naming', () => {
  expect(find('two/a.json', '*/a.json').paths).toEqual(['two/a.json', 'one/a.json']);
});

test('what is not there is said by the name that was given', () => {
  expect(find('one/a.json', 'one/z.json', 'three/*.json')).toEqual({
    paths: ['one/a.json'],
    missing: ['one/z.json', 'three/*.json'],
  });
});
