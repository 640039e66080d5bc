import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { BadRelease } from '../release.ts';

export interface Line {
  text: string;
  number: number;
}

const isZipped = (path: string): boolean => path.endsWith('.gz');

/** The name of a file without its folder and `.gz`. */
export const plainName = (path: string): string => basename(path).replace(/\.gz$/i, '');

export const placeOf = (path: string, { number }: Line): string => `${path}:${number}`;

/** What no line of any format comes near; a file without line ends must not be gathered whole. */
const maxFirstChars = 64_000;
const maxLineChars = 4_000_000;

/** A file line by line, unpacked on the way. @throws BadRelease when it cannot be read or unpacked */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  const file = createReadStream(path);
  const input = isZipped(path) ? file.pipe(createGunzip()) : file;
  // A stream's fault does not travel along the pipe: without this the lines would just end.
  if (input !== file) file.once('error', (error) => input.destroy(error));
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  const line = (text: string): Line => {
    number += 1;
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, number };
  };
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop()!;
      if (rest.length > maxLineChars) throw new BadRelease(`${path}:${number + 1}`, 'this line has no end.');
      for (const text of lines) yield line(text);
    }
    rest += decoder.decode();
    if (rest !== '') yield line(rest);
  } catch (error) {
    if (error instanceof BadRelease) throw error;
    throw unreadable(path, error);
  } finally {
    file.destroy();
    input.destroy();
  }
}

/** The first line with anything on it, or the beginning of a very long one. @throws BadRelease */
export async function firstWords(path: string): Promise<string> {
  const file = createReadStream(path);
  const input = isZipped(path) ? file.pipe(createGunzip()) : file;
  if (input !== file) file.once('error', (error) => input.destroy(error));
  try {
    let text = '';
    for await (const chunk of input as AsyncIterable<Buffer>) {
      text = (text + chunk.toString('utf8')).replace(/^[\uFEFF\s]+/, '');
      if (/\n/.test(text) || text.length > maxFirstChars) break;
    }
    if (text === '') throw new BadRelease(path, 'the file is empty.');
    return text.split(/\r?\n/, 1)[0]!.slice(0, maxFirstChars);
  } catch (error) {
    if (error instanceof BadRelease) throw error;
    throw unreadable(path, error);
  } finally {
    file.destroy();
    input.destroy();
  }
}

/** @throws BadRelease */
export async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    const plain = isZipped(path) ? await promisify(gunzip)(bytes) : bytes;
    return plain.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown): BadRelease =>
  new BadRelease(
    path,
    `cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'damaged'}).`,
  );
