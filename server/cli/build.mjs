import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Plain JavaScript, because it runs before anything is built, on a Node without type stripping.

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const record = join(root, 'dist', '.built');
const turnstile = join(root, 'dist', '.building');

/** What each part is made of, the script that makes it, and a file that is there once it is made. */
const parts = {
  server: { from: ['server', 'shared'], made: 'dist/server/cli/cochart.js' },
  client: { from: ['client', 'shared', 'vite.config.ts'], made: 'dist/client/index.html' },
};
const forEveryPart = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** @param {string} path @param {import('node:crypto').Hash} hash */
function addTo(hash, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return;
  let entries;
  try {
    entries = readdirSync(absolute, { withFileTypes: true });
  } catch {
    hash.update(`${path}\0`).update(readFileSync(absolute));
    return;
  }
  // An editor's or npm's own folders are no sources.
  const named = entries
    .map((entry) => entry.name)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules');
  for (const name of named.toSorted()) addTo(hash, `${path}/${name}`);
}

/** @param {string[]} paths */
function contentHash(paths) {
  const hash = createHash('sha256');
  for (const path of paths) addTo(hash, path);
  return hash.digest('hex');
}

function readRecord() {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {number} ms */
const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Longer than any build takes, ms. */
const abandonedMs = 10 * 60_000;

/** Whether whoever was building died before it was done. */
function isAbandoned() {
  try {
    const holder = Number(readFileSync(turnstile, 'utf8'));
    const ageMs = Date.now() - statSync(turnstile).mtimeMs;
    return ageMs > abandonedMs || (holder > 0 && !isRunning(holder));
  } catch {
    return false; // It has just been given back.
  }
}

/** Two commands started together build once: the second waits, then finds everything fresh. @param {() => boolean} work */
function oneAtATime(work) {
  mkdirSync(dirname(turnstile), { recursive: true });
  for (;;) {
    try {
      writeFileSync(turnstile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (isAbandoned()) rmSync(turnstile, { force: true });
      else pause(200);
    }
  }
  try {
    return work();
  } finally {
    rmSync(turnstile, { force: true });
  }
}

/** @param {(keyof typeof parts)[]} wanted */
const staleAmong = (wanted) => {
  const built = readRecord();
  return wanted
    .map((name) => ({ name, hash: contentHash([...parts[name].from, ...forEveryPart]) }))
    .filter(({ name, hash }) => built[name] !== hash || !existsSync(join(root, parts[name].made)));
};

/** @param {keyof typeof parts} name */
function buildPart(name) {
  const { status } = spawnSync('npm', ['run', '--silent', `build:${name}`], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** @param {(keyof typeof parts)[]} wanted */
function buildStale(wanted) {
  const stale = staleAmong(wanted);
  if (stale.length === 0) return true;
  process.stderr.write(`Building the ${stale.map(({ name }) => name).join(' and the ')} ...\n`);
  for (const { name, hash } of stale) {
    if (!buildPart(name)) {
      process.stderr.write(`The ${name} could not be built.\n`);
      return false;
    }
    writeFileSync(record, JSON.stringify({ ...readRecord(), [name]: hash }));
  }
  return true;
}

/**
 * Builds what is missing or older than its sources, and says so in one line. Ends the process when that fails.
 * @param {(keyof typeof parts)[]} wanted
 */
export function build(wanted = ['server', 'client']) {
  if (staleAmong(wanted).length > 0 && !oneAtATime(() => buildStale(wanted))) process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
