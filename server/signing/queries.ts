import { and, asc, desc, eq, inArray, ne } from 'drizzle-orm';
import type { Role } from '../../shared/access/capabilities.ts';
import type { Signature } from '../../shared/signing/schema.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { systemUser } from '../log/entries.ts';
import { documentLeases, documentLog } from '../log/tables.ts';
import { signatures } from './tables.ts';

export interface Person {
  id: string;
  name: string;
  role: Role;
}

const person = { id: users.id, name: users.name, role: users.role };

/** Everybody who has written in a document. */
export const authorsOf = (reader: Reader, room: string): Promise<Person[]> =>
  reader
    .selectDistinct(person)
    .from(documentLog)
    .innerJoin(users, eq(users.id, documentLog.userId))
    .where(
      and(eq(documentLog.document, room), eq(documentLog.kind, 'update'), ne(documentLog.userId, systemUser)),
    )
    .orderBy(asc(users.name), asc(users.id));

/** Who changed a document last, and when; null where nobody has. */
export async function lastChangeOf(reader: Reader, room: string): Promise<{ by: Person; at: string } | null> {
  const [last] = await reader
    .select({ by: person, at: documentLog.at })
    .from(documentLog)
    .innerJoin(users, eq(users.id, documentLog.userId))
    .where(and(eq(documentLog.document, room), eq(documentLog.kind, 'update')))
    .orderBy(desc(documentLog.epoch), desc(documentLog.seq))
    .limit(1);
  return last ?? null;
}

/** Whose client ids these are in a document. */
export async function holdersOf(
  reader: Reader,
  room: string,
  clientIds: readonly number[],
): Promise<Map<number, Person>> {
  if (clientIds.length === 0) return new Map();
  const rows = await reader
    .select({ clientId: documentLeases.clientId, ...person })
    .from(documentLeases)
    .innerJoin(users, eq(users.id, documentLeases.userId))
    .where(and(eq(documentLeases.document, room), inArray(documentLeases.clientId, [...clientIds])));
  return new Map(rows.map(({ clientId, ...who }) => [clientId, who]));
}

/** The signatures on some documents, oldest first, by room. */
export async function signaturesOn(
  reader: Reader,
  rooms: readonly string[],
): Promise<Map<string, Signature[]>> {
  const byRoom = new Map<string, Signature[]>();
  if (rooms.length === 0) return byRoom;
  const rows = await reader
    .select({ signature: signatures, name: users.name })
    .from(signatures)
    .innerJoin(users, eq(users.id, signatures.signerId))
    .where(inArray(signatures.document, [...rooms]))
    .orderBy(asc(signatures.at), asc(signatures.id));
  for (const { signature, name } of rows) {
    const list = byRoom.get(signature.document) ?? [];
    list.push(toSignature(signature, name));
    byRoom.set(signature.document, list);
  }
  return byRoom;
}

export const toSignature = (row: typeof signatures.$inferSelect, name: string): Signature => ({
  id: row.id,
  by: { id: row.signerId, name, role: row.role },
  at: row.at,
  offset: row.offset,
  contentHash: row.contentHash,
  status: row.awaits === 'cosign' ? 'awaiting-cosignature' : 'signed',
});
