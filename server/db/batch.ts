/** A statement ready to run: what drizzle's `toSQL()` gives. */
export interface Statement {
  sql: string;
  params: unknown[];
}

/** A row that the writer stamps with `seq`, `prevHash` and `hash` as it commits; see `chain.ts`. */
export interface ChainedRow {
  table: 'audit';
  row: Record<string, string | number | null>;
}

/** What is committed together or not at all. */
export interface Batch {
  statements: Statement[];
  chained?: ChainedRow[];
}

/** Anything drizzle can turn into a statement. */
export interface Buildable {
  toSQL(): { sql: string; params: unknown[] };
}

export const statement = (query: Buildable): Statement => {
  const { sql, params } = query.toSQL();
  return { sql, params };
};

/**
 * Put right after a guarded INSERT, UPDATE or DELETE: the whole batch is rolled back, and the commit answers
 * `stale`, unless that statement touched exactly one row.
 */
export const guardOneRow: Statement = { sql: 'INSERT INTO guard (ok) VALUES (changes() = 1)', params: [] };

/** The same for a statement that must touch exactly this many rows. */
export const guardRows = (rows: number): Statement => ({
  sql: 'INSERT INTO guard (ok) VALUES (changes() = ?)',
  params: [rows],
});

/** The same for a statement that must find something to touch. */
export const guardSomeRow: Statement = { sql: 'INSERT INTO guard (ok) VALUES (changes() > 0)', params: [] };

/** The message with which the database's `guard` trigger aborts; see migrations. */
export const guardMessage = 'cochart:stale';
