import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

/** Two commands started together build once: the second waits, then finds everything fresh. @param {() => void} work */
function oneAtATime(work) {
  mkdirSync(dirname(turnstile), { recursive: true });
  for (;;) {
    try {
      const file = openSync(turnstile, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch {
      const holder = existsSync(turnstile) ? Number(readFileSync(turnstile, 'utf8')) : 0;
      if (holder > 0 && !isRunning(holder)) rmSync(turnstile, { force: true });
      else pause(200);
    }
  }
  try {
    work();
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

/**
 * Builds what is missing or older than its sources, and says so in one line.
 * @param {(keyof typeof parts)[]} wanted
 */
export function build(wanted = ['server', 'client']) {
  if (staleAmong(wanted).length === 0) return;
  oneAtATime(() => {
    const stale = staleAmong(wanted);
    if (stale.length === 0) return;
    process.stderr.write(`Building the ${stale.map(({ name }) => name).join(' and the ')} ...\n`);
    for (const { name, hash } of stale) {
      const { status } = spawnSync('npm', ['run', '--silent', `build:${name}`], {
        cwd: root,
        stdio: ['ignore', 2, 2],
        shell: process.platform === 'win32',
      });
      if (status !== 0) {
        process.stderr.write(`The ${name} could not be built.\n`);
        process.exit(1);
      }
      writeFileSync(record, JSON.stringify({ ...readRecord(), [name]: hash }));
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
