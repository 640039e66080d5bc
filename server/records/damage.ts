import { AsyncLocalStorage } from 'node:async_hooks';
import { isAsStored, type Damage, type StoredWords } from './intact.ts';
import { resourceVersions } from './tables.ts';

/** What is read of a version so that it can be told whether it is as it was stored. */
export const words = {
  type: resourceVersions.type,
  id: resourceVersions.id,
  versionId: resourceVersions.versionId,
  contentHash: resourceVersions.contentHash,
  json: resourceVersions.json,
};

interface StoredRow extends StoredWords {
  versionId: number;
  patientId?: string | null;
  encounterId?: string | null;
}

const met = new AsyncLocalStorage<Damage[]>();
/** While it is on, every promise of the process is followed, also of those who only type: it is on while it is needed. */
let running = 0;

/**
 * Runs something, and gives with its outcome what it met that is no longer what was stored. Whoever runs this in turn
 * is given it too: in the end the request, which says so in its answer and has it reported.
 */
export async function noticing<T>(run: () => Promise<T>): Promise<{ value: T; damaged: Damage[] }> {
  const damaged: Damage[] = [];
  const outer = met.getStore();
  running++;
  try {
    return { value: await met.run(damaged, run), damaged };
  } finally {
    if (--running === 0) met.disable();
    outer?.push(...damaged);
  }
}

export const damageOf = ({ type, id, versionId, patientId, encounterId }: StoredRow): Damage => ({
  entity: `${type}/${id}`,
  version: versionId,
  patientId: patientId ?? null,
  encounterId: encounterId ?? null,
});

/** Notes what an answer has to do without; who was asked goes on. */
export const goOnWithout = (damage: Damage): void => void met.getStore()?.push(damage);

/** Those that say what they said when they were stored. Any other is left out and noted: only that one suffers. */
export const sound = <Row extends StoredRow>(rows: readonly Row[]): Row[] =>
  rows.filter((row) => {
    const isSound = isAsStored(row);
    if (!isSound) goOnWithout(damageOf(row));
    return isSound;
  });

/** Thrown where nothing can be said or done without the one resource that is damaged. */
export class Damaged extends Error {
  constructor({ entity, version }: Damage) {
    super(`${entity}, version ${version}, is damaged on record.`);
  }
}

/** @throws Damaged */
export function intact<Row extends StoredRow>(row: Row): Row {
  const [same] = sound([row]);
  if (!same) throw new Damaged(damageOf(row));
  return same;
}
