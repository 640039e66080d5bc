import type { Resource } from '../../../shared/patients/fhirValue.ts';
import type { Statement } from '../../db/batch.ts';
import { addRows, noRows, numbersOf, type IndexRows } from './rows.ts';

/** Which rules made the rows: raise it when a resource gets other rows than before, and all are made again. */
export const indexVersion = 1;

const columns: Record<keyof IndexRows, string> = {
  search_tokens: 'p, code, id, system',
  search_strings: 'p, value, id, exact',
  search_dates: 'p, start, "end", id',
  search_references: 'p, target_id, id, target_type',
  search_quantities: 'p, low, high, id, system, code, unit',
  search_composites: 'p, code, low, high, id, system, value, value_system, unit',
};

const tables = Object.keys(columns) as (keyof IndexRows)[];

/** Rows of one statement. */
const rowsAtOnce = 500;

/** The statements that put resources into the search indexes. Their rows were removed before, where there were any. */
export function indexStatements(resources: Iterable<Resource>): Statement[] {
  const rows = noRows();
  for (const resource of resources) addRows(rows, resource);
  return tables.flatMap((table) => insertRows(table, rows[table]));
}

/**
 * Written by hand, not by drizzle: an import makes a dozen rows of each resource, and building them took longer than
 * storing them.
 */
function insertRows(table: keyof IndexRows, rows: (string | number)[][]): Statement[] {
  const statements: Statement[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce);
    const row = `(${part[0]!.map(() => '?').join(',')})`;
    // A resource may say one thing twice.
    const sql = `INSERT OR IGNORE INTO ${table} (${columns[table]}) VALUES ${Array(part.length).fill(row).join(',')}`;
    statements.push({ sql, params: part.flat() });
  }
  return statements;
}

/** The statements that take resources of one type out of the search indexes. */
export function unindexStatements(type: string, ids: string[]): Statement[] {
  if (ids.length === 0) return [];
  const params = [JSON.stringify(ids), JSON.stringify(numbersOf(type))];
  return tables.map((table) => ({
    // `+p` keeps the search to one range for each resource instead of one for each of its numbers.
    sql: `DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?)) AND +p IN (SELECT value FROM json_each(?))`,
    params,
  }));
}
