import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const hasWildcard = (text: string): boolean => /[*?[]/.test(text);

/** `*`, `?` and `[a-z]` within one part of a path, as a shell reads them. A leading dot has to be named. */
function partPattern(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('[!', '[^')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'u');
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** A folder and all below it: what `**` stands for. Hidden folders, and links that may lead in a circle, are left out. */
function foldersIn(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .toSorted();
  return [folder, ...below.flatMap(foldersIn)];
}

/** What is there under a name. Most shells have expanded patterns already; quoted ones are left to us. */
function expand(pattern: string): string[] {
  if (existsSync(pattern)) return [pattern];
  if (!hasWildcard(pattern)) return [];
  const parent = dirname(pattern);
  if (basename(pattern) === '**') return expand(parent).flatMap(foldersIn);
  const matches = partPattern(basename(pattern));
  return expand(parent).flatMap((folder) =>
    entriesOf(folder)
      .filter((name) => matches.test(name))
      .map((name) => join(folder, name)),
  );
}

export interface FoundPaths {
  paths: string[];
  /** What was named and is not there. */
  missing: string[];
}

/** Files and folders that are there, each once, in the order in which they were named. */
export function findPaths(named: string[]): FoundPaths {
  const paths = new Set<string>();
  const missing: string[] = [];
  for (const each of named) {
    const found = expand(each);
    if (found.length === 0) missing.push(each);
    for (const path of found) paths.add(path);
  }
  return { paths: [...paths], missing };
}
