import { authorKey } from '../log/entries.ts';
import { authorOf, type Peer } from './peer.ts';

type Clocks = ReadonlyMap<number, number>;

const nothing: Clocks = new Map();

/**
 * What each client is known to have held while the service knew of all that it had deleted. Only of that can a later
 * step 2 say that its deletion was meant: what reached the client after it had removed a paragraph, and before the
 * service heard of that, died there unread. A state vector at opening does not tell the two apart.
 */
export class SeenAlive {
  /** By user and device, from which a client comes back; two windows there count as one. */
  readonly #byClient = new Map<string, Clocks>();

  /** What this peer had, and had not deleted, when all that it had done had been told. */
  of(peer: Peer): Clocks {
    const known = this.#byClient.get(authorKey(authorOf(peer)));
    const { knownAtOpening } = peer;
    if (!known || !knownAtOpening) return nothing;
    return new Map(
      [...known].map(([client, clock]) => [client, Math.min(clock, knownAtOpening.get(client) ?? 0)]),
    );
  }

  /** The peer held this much, and everything that it did until then has arrived. */
  told(peer: Peer, had: Clocks): void {
    this.#byClient.set(authorKey(authorOf(peer)), had);
  }
}
