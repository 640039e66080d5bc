import { idleMs } from '../../shared/wire/idle.ts';

/** However busy, a session ends after this: the longest shift (NIST SP 800-63B, AAL2: 12 h). */
export const absoluteMs = 12 * 60 * 60_000;

/** The idle lifetime is written forward at most this often, so that a busy person costs few writes. */
export const slideEveryMs = 60_000;

/** How long a proof of identity counts as fresh for signing. */
export const confirmationMs = 5 * 60_000;

export interface Lifetime {
  expiresAt: Date;
  endsAt: Date;
}

export const startLifetime = (now: Date): Lifetime => ({
  expiresAt: new Date(now.getTime() + idleMs),
  endsAt: new Date(now.getTime() + absoluteMs),
});

export const isOver = ({ expiresAt, endsAt }: Lifetime, now: Date): boolean =>
  now >= expiresAt || now >= endsAt;

/** The idle lifetime moved on by something the person did, or null while that is not yet worth a write. */
export function slide({ expiresAt, endsAt }: Lifetime, now: Date): Date | null {
  const next = Math.min(now.getTime() + idleMs, endsAt.getTime());
  const isLast = next === endsAt.getTime() && expiresAt.getTime() < next;
  return isLast || next - expiresAt.getTime() >= slideEveryMs ? new Date(next) : null;
}

/** Whether who they are was proved recently enough to sign. */
export const isConfirmed = (confirmedAt: Date, now: Date): boolean =>
  now.getTime() - confirmedAt.getTime() < confirmationMs;
