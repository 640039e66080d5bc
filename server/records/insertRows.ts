import { getTableColumns, getTableName } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Statement } from '../db/batch.ts';

/**
 * Rows with a value for every column, as one statement. Drizzle would build each of their values as an object of its
 * own, which for an import costs more than storing them.
 */
export function insertRows<Table extends SQLiteTable>(
  table: Table,
  rows: readonly Required<Table['$inferSelect']>[],
  then = '',
): Statement {
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, { name }]) => `"${name}"`).join(',');
  const row = `(${columns.map(() => '?').join(',')})`;
  const params: unknown[] = [];
  for (const values of rows) {
    for (const [key, column] of columns) {
      const value = (values as Record<string, unknown>)[key];
      params.push(value === null ? null : column.mapToDriverValue(value));
    }
  }
  const sql = `INSERT INTO "${getTableName(table)}" (${names}) VALUES ${Array(rows.length).fill(row).join(',')}${then}`;
  return { sql, params };
}
