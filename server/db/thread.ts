import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * A thread that runs one of the server's files, named by its path below `server/` without an ending. From a bundle it
 * is a file of its own; from source it is TypeScript, which Node 20 cannot load by itself.
 */
export function startThread(file: string, options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`../${file}.js`, import.meta.url), options);
  const source = new URL(`../${file}.ts`, import.meta.url).href;
  const load = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(source)})))`;
  return new Worker(load, { ...options, eval: true });
}
