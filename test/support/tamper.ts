import { createClient } from '@libsql/client';
import type { TestDatabase } from './database.ts';

/** Somebody with the database file, SQL and no scruples: the triggers that protect history are away meanwhile. */
export async function tamper({ config }: Pick<TestDatabase, 'config'>, statements: string[]): Promise<void> {
  const client = createClient({ url: config.database.url });
  const { rows } = await client.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
  for (const { name } of rows) await client.execute(`DROP TRIGGER "${String(name)}"`);
  for (const statement of statements) await client.execute(statement);
  for (const { sql } of rows) await client.execute(String(sql));
  client.close();
}
