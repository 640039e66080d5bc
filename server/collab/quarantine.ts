import { auditRow, type AuditActor } from '../audit/trail.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { quarantine } from '../log/tables.ts';
import type { RefusalReason } from './refusalReasons.ts';

/** Refused updates kept for one connection; past this the connection is closed instead. */
export const maxQuarantineBytes = 16 * 1024 * 1024;

/** The refused updates of one connection: the first and all that followed it, under one id. */
export class Quarantine {
  readonly id: string;
  #parts = 0;
  #bytes = 0;

  constructor(
    private readonly deps: Pick<Deps, 'reader' | 'writer' | 'now' | 'newId'>,
    private readonly where: { room: string; epoch: number; encounterId: string; patientId: string },
    private readonly actor: AuditActor,
  ) {
    this.id = deps.newId();
  }

  get isFull(): boolean {
    return this.#bytes > maxQuarantineBytes;
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
