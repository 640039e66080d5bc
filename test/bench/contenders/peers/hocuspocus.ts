import { join } from 'node:path';
import { SQLite } from '@hocuspocus/extension-sqlite';
import { Server } from '@hocuspocus/server';
import { mergeUpdates } from 'yjs';
import { serveBenchmark } from './child.ts';

const sqlite = new SQLite({ database: join(process.env.DATA!, 'hocuspocus.sqlite') });
const server = new Server({
  port: Number(process.env.PORT),
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
  extensions: [sqlite],
});
await server.listen();

serveBenchmark(server.address.port, {
  documents: () => server.hocuspocus.getDocumentsCount(),
  store: async (room, updates) => {
    const state = Buffer.from(mergeUpdates(updates));
    await sqlite.configuration.store({ documentName: room, state } as Parameters<
      typeof sqlite.configuration.store
    >[0]);
  },
});
