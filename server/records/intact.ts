import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/signing/content.ts';
import { auditRow, type AuditActor } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { parseJson } from './json.ts';

export interface StoredWords {
  type: string;
  id: string;
  json: string;
  contentHash: string;
}

/**
 * Whether a version says what it said when it was stored, under the name under which it was: SQLite does not notice
 * a flipped bit in a text. Asked of all that is read (about 10 µs for half of all resources): see `damage.ts`.
 */
export function isAsStored({ type, id, contentHash, json }: StoredWords): boolean {
  try {
    const resource = parseJson(json) as { resourceType?: unknown; id?: unknown };
    const hash = createHash('sha256').update(canonicalJson(resource)).digest('hex');
    return hash === contentHash && resource.resourceType === type && resource.id === id;
  } catch {
    return false;
  }
}

export interface Damage {
  /** `Type/id`, or a room. */
  entity: string;
  version?: number;
  patientId?: string | null;
  encounterId?: string | null;
}

/** Somebody met what is no longer what was stored: whoever runs the service is told, and the trail keeps it. */
export async function reportDamage(
  { writer, logger, now }: Pick<Deps, 'writer' | 'logger' | 'now'>,
  actor: AuditActor,
  { entity, version, ...place }: Damage,
): Promise<void> {
  logger.fatal(
    { entity, version },
    'what is on record is damaged: run cochart verify, restore from a backup',
  );
  await writer.commit({
    statements: [],
    chained: [
      auditRow({
        action: 'resource:damaged',
        outcome: 'failure',
        actor,
        at: now(),
        ...place,
        entity,
        ...(version === undefined ? {} : { detail: { version } }),
      }),
    ],
  });
}
