import { idleMs, warnMs } from '../../shared/wire/idle.ts';

interface IdleFacts {
  nowMs: number;
  /** When somebody last did something on this screen. */
  actedAtMs: number;
  /** When the session ends, as the service last said. */
  expiresAtMs: number;
  /** The service has said so just now, not before the line failed. */
  heard: boolean;
}

type IdleStep =
  | { kind: 'wait'; ms: number }
  /** The screen says that it will lock, and looks again then. */
  | { kind: 'warn'; ms: number }
  | { kind: 'lock' };

/** The service's clock and this one differ by less. */
const againMs = 1_000;

/**
 * What a screen does about being left alone. The service decides when a session ends, for it alone knows of the person's
 * other screens; while it does not answer, what was done here counts, so that whoever types through an outage stays.
 */
export function idleStep({ nowMs, actedAtMs, expiresAtMs, heard }: IdleFacts): IdleStep {
  const endMs = heard ? expiresAtMs : Math.max(expiresAtMs, actedAtMs + idleMs);
  const leftMs = endMs - nowMs;
  if (leftMs > warnMs) return { kind: 'wait', ms: leftMs - warnMs };
  if (leftMs > 0) return { kind: 'warn', ms: leftMs };
  return heard ? { kind: 'wait', ms: againMs } : { kind: 'lock' };
}
