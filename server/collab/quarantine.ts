import { auditRow, type AuditActor } from '../audit/trail.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { quarantine } from '../log/tables.ts';
import { keeping, PersonBudget } from './personBudget.ts';
import type { RefusalReason } from './refusalReasons.ts';

/** Refused updates kept for one connection; past this the connection is closed instead. */
export const maxQuarantineBytes = 16 * 1024 * 1024;

const kibibyte = 1024;

/** How much of what is refused may be kept of each person. */
export const quarantineBudget = (): PersonBudget => new PersonBudget(keeping);

/** The refused updates of one connection: the first and all that followed it, under one id. */
export class Quarantine {
  readonly id: string;
  #parts = 0;
  #bytes = 0;

  constructor(
    private readonly deps: Pick<Deps, 'reader' | 'writer' | 'now' | 'newId'>,
    private readonly where: { room: string; epoch: number; encounterId: string; patientId: string },
    private readonly actor: AuditActor,
    private readonly budget: PersonBudget,
  ) {
    this.id = deps.newId();
  }

  /** Whether there is room for one more; a row takes some, however little is in it. */
  mayKeep(update: Uint8Array): boolean {
    if (this.#bytes > maxQuarantineBytes) return false;
    const size = 1 + Math.ceil(update.byteLength / kibibyte);
    return this.budget.take(this.actor.userId ?? '', size, this.deps.now().getTime());
  }

  /** Keeps a refused update with its reason. Resolves when it is durable. */
  async keep(update: Uint8Array, reason: RefusalReason): Promise<void> {
    const part = ++this.#parts;
    this.#bytes += update.byteLength;
    const at = this.deps.now();
    const { room, epoch, encounterId, patientId } = this.where;
    const row = statement(
      this.deps.reader.insert(quarantine).values({
        id: this.id,
        part,
        document: room,
        epoch,
        userId: this.actor.userId ?? '',
        deviceId: this.actor.deviceId ?? '',
        reason,
        at: at.toISOString(),
        bytes: Buffer.from(update),
      }),
    );
    const event = auditRow({
      action: 'update:quarantined',
      outcome: 'refused',
      actor: this.actor,
      at,
      patientId,
      encounterId,
      entity: room,
      detail: { reason, quarantineId: this.id },
    });
    await this.deps.writer.commit({ statements: [row], chained: part === 1 ? [event] : [] });
  }
}
