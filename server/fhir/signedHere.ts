import { eq } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import type { StoredResource } from '../records/recordStore.ts';
import { signatures } from '../signing/tables.ts';

/**
 * Whether a resource is what somebody signed here, or says who made what: neither is ever written over, by anybody.
 * What was signed changes along its own acts.
 */
export async function isKeptAsSigned(reader: Reader, head: StoredResource): Promise<boolean> {
  if (head.type === 'Provenance') return true;
  if (head.encounterId === null) return false;
  const signed = await reader
    .select({ resources: signatures.resources })
    .from(signatures)
    .where(eq(signatures.encounterId, head.encounterId));
  const name = `${head.type}/${head.id}`;
  return signed.some(({ resources }) => Object.values(resources).includes(name));
}
