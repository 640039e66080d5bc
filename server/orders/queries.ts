import { and, eq, inArray } from 'drizzle-orm';
import { draftOrders, orderContent } from '../../shared/documents/orders.ts';
import { registry } from '../../shared/documents/registry.ts';
import { ordersRoom } from '../../shared/documents/room.ts';
import { contentHash } from '../../shared/signing/content.ts';
import type { Reader } from '../db/reader.ts';
import { DamagedLog, type DocumentLog } from '../log/documentLog.ts';
import { foldDocument } from '../log/fold.ts';
import { goOnWithout, sound, words } from '../records/damage.ts';
import { resources, resourceVersions } from '../records/tables.ts';

/** By what name a basket is told of in the audit trail. */
export const basketName = (encounterId: string): string => `orders/${encounterId}`;

/** The drafts in an encounter's basket; null when its log is damaged. */
export const readSoundDrafts = (log: DocumentLog, encounterId: string) =>
  readDrafts(log, encounterId).catch((error: unknown) => {
    if (error instanceof DamagedLog) return null;
    throw error;
  });

/** As the log has them, each with the hash that a signature would name. */
async function readDrafts(log: DocumentLog, encounterId: string) {
  const { doc } = await foldDocument(log, ordersRoom(encounterId), registry.orders.roots);
  const drafts = draftOrders(doc);
  doc.destroy();
  return Promise.all(
    drafts.map(async (draft) => ({ ...draft, contentHash: await contentHash(orderContent(draft)) })),
  );
}

/** The encounter's signed orders that are in force, as FHIR. */
export async function activeOrders(
  reader: Reader,
  encounterId: string,
): Promise<{ id: string; resource: object }[]> {
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(
      resourceVersions,
      and(
        eq(resourceVersions.type, resources.type),
        eq(resourceVersions.id, resources.id),
        eq(resourceVersions.versionId, resources.versionId),
      ),
    )
    .where(
      and(
        eq(resources.encounterId, encounterId),
        inArray(resources.type, ['MedicationRequest', 'ServiceRequest']),
      ),
    );
  return sound(rows)
    .map(({ id, json }) => ({ id, resource: JSON.parse(json) as { status?: string } }))
    .filter(({ resource }) => resource.status === 'active');
}

/** How many drafts stand in each encounter's basket. Counted once, then kept up to date by who hears of changes. */
export class DraftCounts {
  readonly #counts = new Map<string, number>();

  constructor(private readonly log: DocumentLog) {}

  changed(encounterId: string, count: number): boolean {
    const before = this.#counts.get(encounterId);
    this.#counts.set(encounterId, count);
    return before !== count;
  }

  async of(encounterIds: readonly string[]): Promise<Map<string, number>> {
    for (const id of encounterIds) {
      if (this.#counts.has(id)) continue;
      const drafts = await readSoundDrafts(this.log, id);
      // One basket that cannot be read takes no ward's board away.
      if (drafts === null) goOnWithout({ entity: basketName(id), encounterId: id });
      else this.#counts.set(id, drafts.length);
    }
    return new Map(encounterIds.map((id) => [id, this.#counts.get(id) ?? 0]));
  }
}
