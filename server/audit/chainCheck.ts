import { desc, eq } from 'drizzle-orm';
import { setImmediate } from 'node:timers/promises';
import type { AuditChain } from '../../shared/audit/schema.ts';
import type { ChainHead } from '../db/chain.ts';
import type { Deps } from '../deps.ts';
import { audit } from './tables.ts';
import { auditRow, type AuditActor } from './trail.ts';
import { verifyAudit } from './verify.ts';

const action = 'audit:verified';

interface Verified {
  rows: number;
  seq: number;
  hash: string;
  damaged: number;
  firstDamaged: number | null;
}

/**
 * Checks of the whole trail, one at a time. The result is an entry of the trail itself, with the head that was found:
 * the next check proves that nothing before it was written anew.
 */
export class ChainCheck {
  private running: { rows: number } | null = null;

  constructor(private readonly deps: Pick<Deps, 'reader' | 'writer' | 'now' | 'logger'>) {}

  async state(): Promise<AuditChain> {
    const last = await this.last();
    return {
      last: last && {
        at: last.at,
        rows: last.rows,
        seq: last.seq,
        damaged: last.damaged,
        firstDamaged: last.firstDamaged,
      },
      running: this.running && { ...this.running },
    };
  }

  /** Begins a check unless one is under way; `state` says how far it is. */
  start(actor: AuditActor): void {
    if (this.running) return;
    this.running = { rows: 0 };
    this.check(this.running, actor)
      .catch((error: unknown) =>
        this.deps.logger.error({ err: error }, 'the audit trail could not be checked'),
      )
      .finally(() => {
        this.running = null;
      });
  }

  private async last(): Promise<(Verified & { at: string }) | null> {
    const [row] = await this.deps.reader
      .select({ at: audit.at, detail: audit.detail })
      .from(audit)
      .where(eq(audit.action, action))
      .orderBy(desc(audit.seq))
      .limit(1);
    return row?.detail ? { at: row.at, ...(JSON.parse(row.detail) as Verified) } : null;
  }

  private async check(progress: { rows: number }, actor: AuditActor): Promise<void> {
    const { reader, writer, now } = this.deps;
    const before = await this.last();
    const known: ChainHead | null =
      before && before.damaged === 0 ? { seq: before.seq, hash: Buffer.from(before.hash, 'hex') } : null;
    const { rows, head, damage } = await verifyAudit(reader, {
      ...(known ? { known } : {}),
      onProgress: async (checked) => {
        progress.rows = checked;
        // Reading is synchronous under its promises: others get their turn between pages.
        await setImmediate();
      },
    });
    const detail = {
      rows,
      seq: head.seq,
      hash: head.hash.toString('hex'),
      damaged: damage.length,
      firstDamaged: damage[0]?.seq ?? null,
    } satisfies Verified;
    await writer.commit({
      statements: [],
      chained: [
        auditRow({
          action,
          outcome: damage.length === 0 ? 'success' : 'failure',
          actor,
          at: now(),
          detail: { ...detail },
        }),
      ],
    });
  }
}
