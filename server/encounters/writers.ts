import { and, asc, eq, gte, lt, ne } from 'drizzle-orm';
import type { Role } from '../../shared/access/capabilities.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { systemUser } from '../log/entries.ts';
import { documentLeases } from '../log/tables.ts';

interface Writer {
  id: string;
  name: string;
  role: Role;
}

/** Everybody who has ever written in an encounter's documents: values name their authors by id. */
export const listWriters = (reader: Reader, encounterId: string): Promise<Writer[]> =>
  reader
    .selectDistinct({ id: users.id, name: users.name, role: users.role })
    .from(documentLeases)
    .innerJoin(users, eq(users.id, documentLeases.userId))
    .where(
      and(
        // Rooms are named `<encounterId>/...`, and `0` is the character after `/`.
        gte(documentLeases.document, `${encounterId}/`),
        lt(documentLeases.document, `${encounterId}0`),
        ne(documentLeases.userId, systemUser),
      ),
    )
    .orderBy(asc(users.name), asc(users.id));
