import { openDatabase } from '../../server/db/open.ts';
import { configFor } from './database.ts';

// A process of its own that holds a data folder as a service does, until it is killed.
const folder = process.argv[2];
if (folder === undefined) throw new Error('Name a data folder.');
const database = await openDatabase(configFor(folder), { serve: true });
process.stdout.write(database.ok ? 'held\n' : `${database.error}\n`);
setInterval(() => undefined, 60_000);
