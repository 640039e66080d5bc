import { asc, gt } from 'drizzle-orm';
import { chainHash, chainStart, type ChainedValues, type ChainHead } from '../db/chain.ts';
import type { Reader } from '../db/reader.ts';
import { audit } from './tables.ts';

type Row = typeof audit.$inferSelect;

/** Something the chain proves to be wrong, and the first row that shows it. */
export interface ChainDamage {
  seq: number;
  kind: 'altered' | 'missing' | 'moved' | 'unlinked' | 'rewritten';
  words: string;
}

/** The values as the writer hashed them, under their columns' names; see `auditRow`. */
const valuesOf = (row: Row): ChainedValues => ({
  at: row.at,
  action: row.action,
  outcome: row.outcome,
  user_id: row.userId,
  role: row.role,
  site_id: row.siteId,
  device_id: row.deviceId,
  patient_id: row.patientId,
  encounter_id: row.encounterId,
  entity: row.entity,
  detail: row.detail,
});

const fits = (row: Row, seq: number): boolean =>
  chainHash({ seq: seq - 1, hash: row.prevHash }, valuesOf(row)).equals(row.hash);

/** How far from its place a row is looked for. */
const moveDistance = 1_000;

/** The number under which a row was written, when that is not the number it has. */
function originalSeq(row: Row): number | null {
  for (let distance = 1; distance <= moveDistance; distance++) {
    for (const seq of [row.seq - distance, row.seq + distance]) if (seq > 0 && fits(row, seq)) return seq;
  }
  return null;
}

/** What is wrong with a row, given the one before it. The row's own hash is believed from there on: one fault, one report. */
export function checkRow(before: ChainHead, row: Row): ChainDamage | null {
  const { seq } = row;
  if (seq > before.seq + 1) {
    const first = before.seq + 1;
    const rows = seq - first === 1 ? `Row ${first} is` : `Rows ${first} to ${seq - 1} are`;
    return { seq: first, kind: 'missing', words: `${rows} missing.` };
  }
  if (!fits(row, seq)) {
    const written = originalSeq(row);
    return written === null
      ? { seq, kind: 'altered', words: `Row ${seq} does not say what was written.` }
      : { seq, kind: 'moved', words: `Row ${seq} was written as row ${written}.` };
  }
  if (row.prevHash.equals(before.hash)) return null;
  return {
    seq,
    kind: 'unlinked',
    words: `Row ${seq} does not follow row ${before.seq}: one of the two was put there afterwards.`,
  };
}

export interface ChainReport {
  rows: number;
  /** Where the chain ends; kept elsewhere, it proves later that nothing was cut off or written anew. */
  head: ChainHead;
  damage: ChainDamage[];
  /** Whether damage was left out because there was too much of it. */
  more: boolean;
}

const pageRows = 1_000;
const maxDamage = 20;

/** Reads the whole trail and says what in it is not as it was written. `known` is a head that was seen before. */
export async function verifyAudit(
  reader: Reader,
  { known, onProgress }: { known?: ChainHead; onProgress?: (rows: number) => unknown } = {},
): Promise<ChainReport> {
  let head = chainStart;
  let rows = 0;
  const damage: ChainDamage[] = [];
  const rewritten = (seq: number): ChainDamage => ({
    seq,
    kind: 'rewritten',
    words: `Row ${seq} is not the one that was seen before: the trail was cut off or written anew.`,
  });
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const page = await reader
      .select()
      .from(audit)
      .where(gt(audit.seq, after))
      .orderBy(asc(audit.seq))
      .limit(pageRows);
    for (const row of page) {
      const found = checkRow(head, row);
      if (found) damage.push(found);
      head = { seq: row.seq, hash: row.hash };
      if (known?.seq === row.seq && !known.hash.equals(row.hash)) damage.push(rewritten(row.seq));
      if (damage.length > maxDamage) return { rows, head, damage: damage.slice(0, maxDamage), more: true };
    }
    rows += page.length;
    await onProgress?.(rows);
    const last = page.at(-1);
    if (page.length < pageRows || !last) break;
    after = last.seq;
  }
  if (known && known.seq > head.seq) damage.push(rewritten(known.seq));
  return { rows, head, damage, more: false };
}
