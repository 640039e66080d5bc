import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import { createServer as createVite, type ViteDevServer } from 'vite';
import { appRoot } from './db/appRoot.ts';
import { main } from './main.ts';
import type { Pages } from './service.ts';

/**
 * What the app answers itself; every other address is a page or a module of the client. `/collab` is not among them:
 * rooms are upgrades, and the client's modules of that name are plain requests.
 */
const ofTheApp = /^\/(api|fhir|socket\.io|healthz|readyz|metrics)(\/|\?|$)/;

/** The pages straight from their sources, reloaded as they change, at the service's own address. */
function pagesFromSource(): Pages {
  let vite: ViteDevServer | null = null;
  return {
    async listener(server, app): Promise<RequestListener> {
      vite = await createVite({
        configFile: join(appRoot(), 'vite.config.ts'),
        server: { middlewareMode: true, hmr: { server } },
        appType: 'spa',
      });
      const { middlewares } = vite;
      return (request, response) => {
        if (ofTheApp.test(request.url ?? '')) app(request, response);
        else middlewares(request, response, () => app(request, response));
      };
    },
    owns: (request: IncomingMessage) =>
      /^vite-(hmr|ping)$/.test(request.headers['sec-websocket-protocol'] ?? ''),
    close: async () => vite?.close(),
  };
}

process.exitCode = await main(process.env, pagesFromSource());
