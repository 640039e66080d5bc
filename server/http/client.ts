import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allow, refused, type Env } from './route.ts';

/** Vite puts the hash of the content into the names below `/assets/`: what is there never changes. */
const cached: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  const isHashed = c.req.path.startsWith('/assets/') && c.res.status < 300;
  c.res.headers.set('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
};

/** The pages: files of the built client, and its one HTML page for every address that is no file. */
export function clientRoutes(folder: string) {
  const files = serveStatic<Env>({ root: folder });
  return new Hono<Env>().get('*', allow('everyone'), cached, files, async (c) => {
    const lastPart = c.req.path.slice(c.req.path.lastIndexOf('/') + 1);
    if (lastPart.includes('.') || c.req.path.startsWith('/assets/')) throw refused('not-found');
    return c.html(await readFile(join(folder, 'index.html'), 'utf8'));
  });
}
