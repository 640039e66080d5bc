import { and, asc, eq } from 'drizzle-orm';
import { roleTitles } from '../../shared/access/capabilities.ts';
import type { AuditEntry, AuditPerson } from '../../shared/audit/schema.ts';
import { fold, searchable } from '../../shared/patients/search.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { patients } from '../records/tables.ts';
import { ofSite } from './queries.ts';
import { audit } from './tables.ts';

/**
 * People of a site by beginnings of their name, user name or role. Who left is found too: what they did stays in the
 * trail. People of other sites are met in the trail of a patient, and are not searched for.
 */
export async function findPeople(
  reader: Reader,
  siteId: string,
  typed: string,
  limit: number,
): Promise<AuditPerson[]> {
  const wanted = fold(typed)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (wanted.length === 0) return [];
  const all = await reader
    .select({ id: users.id, name: users.name, username: users.username, role: users.role })
    .from(users)
    .where(eq(users.siteId, siteId))
    .orderBy(asc(users.name), asc(users.id));
  return all
    .filter(({ name, username, role }) => {
      const words = searchable([name, username, roleTitles[role]]);
      return wanted.every((word) => words.includes(` ${word}`));
    })
    .slice(0, limit);
}

/** Somebody whom this trail tells of, or who belongs to its site; null for everybody else. */
export async function personOf(reader: Reader, siteId: string, userId: string): Promise<AuditEntry['user']> {
  const [user] = await reader
    .select({ id: users.id, name: users.name, siteId: users.siteId })
    .from(users)
    .where(eq(users.id, userId));
  if (!user) return null;
  if (user.siteId !== siteId) {
    const met = await reader
      .select({ seq: audit.seq })
      .from(audit)
      .leftJoin(patients, eq(patients.id, audit.patientId))
      .where(and(eq(audit.userId, userId), ofSite(siteId)))
      .limit(1);
    if (met.length === 0) return null;
  }
  return { id: user.id, name: user.name };
}
