import type { Role } from '../../shared/access/capabilities.ts';
import type { DocumentAccess } from '../../shared/documents/registry.ts';
import type { CloseReason } from '../../shared/wire/closeReasons.ts';
import type { EntryAuthor } from '../log/entries.ts';
import type { RefusalReason } from './refusalReasons.ts';
import type { Settlement } from './settlement.ts';

/** One connection, as a document knows it. It has met neither socket nor session. */
export interface Peer {
  readonly user: { id: string; name: string; role: Role; initials: string; colour: string };
  readonly deviceId: string;
  /** Speaks the extension frames. */
  readonly extended: boolean;
  readonly settlement: Settlement;
  readonly access: DocumentAccess;
  /** The state vector of this connection's first step 1: what its client held when it came. */
  knownAtOpening: ReadonlyMap<number, number> | null;
  /** So many frames in one write. */
  send(...frames: Uint8Array[]): void;
  /** Sends it, unless something has been sent since this was called before. */
  greet(frame: Uint8Array): void;
  /** Its reader does not keep up: more waits to be sent than should. */
  isLagging(): boolean;
  close(reason: CloseReason): void;
  /** An update of this peer was refused: quarantine it, tell the peer. */
  refused(update: Uint8Array, reason: RefusalReason): void;
}

/** Whose what this peer says is, in the log. */
export const authorOf = ({ user, deviceId }: Peer): EntryAuthor => ({ userId: user.id, deviceId });
