import type { WebSocket } from 'ws';
import { InTurn } from './inTurn.ts';

/** Every socket is pinged this often; one that answered neither of two is taken for a link that has died unseen. */
const pingMs = 15_000;
const maxUnanswered = 2;

interface Watched {
  ask: () => () => void;
  /** What to do at the answer of each ping that has none yet, oldest first. */
  unanswered: (() => void)[];
}

/** Finds the sockets behind which nobody is any more, and ends them. */
export class Pings {
  readonly #watched = new Map<WebSocket, Watched>();
  readonly #turns = new InTurn(
    pingMs,
    () => this.#watched.keys(),
    (socket) => this.ping(socket),
  );

  /** @param ask called at each ping; what it gives is called when that has been answered */
  watch(socket: WebSocket, ask: () => () => void): void {
    const watched: Watched = { ask, unanswered: [] };
    this.#watched.set(socket, watched);
    socket.on('pong', () => {
      // Who has missed some answers the last: what the first asked is true by then.
      watched.unanswered[0]?.();
      watched.unanswered = [];
    });
    socket.on('close', () => this.#watched.delete(socket));
  }

  /** It is this one's turn. */
  ping(socket: WebSocket): void {
    const watched = this.#watched.get(socket);
    if (!watched) return;
    if (watched.unanswered.length >= maxUnanswered) socket.terminate();
    else if (socket.readyState === socket.OPEN) {
      watched.unanswered.push(watched.ask());
      socket.ping();
    }
  }

  stop(): void {
    this.#turns.stop();
  }
}
