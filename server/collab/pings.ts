import type { WebSocket } from 'ws';

/** Every socket is pinged this often; one that answered neither of two is taken for a link that has died unseen. */
const pingMs = 15_000;
const maxUnanswered = 2;

/** Finds the sockets behind which nobody is any more, and ends them. */
export class Pings {
  /** What to do at the answer of each ping that has none yet, oldest first. */
  readonly #unanswered = new Map<WebSocket, (() => void)[]>();
  readonly #ask = new Map<WebSocket, () => () => void>();
  readonly #timer = setInterval(() => this.round(), pingMs).unref();

  /** @param ask called at each ping; what it gives is called when that has been answered */
  watch(socket: WebSocket, ask: () => () => void): void {
    this.#unanswered.set(socket, []);
    this.#ask.set(socket, ask);
    socket.on('pong', () => {
      // Who has missed some answers the last: what the first asked is true by then.
      this.#unanswered.get(socket)?.[0]?.();
      this.#unanswered.set(socket, []);
    });
    socket.on('close', () => {
      this.#unanswered.delete(socket);
      this.#ask.delete(socket);
    });
  }

  round(): void {
    for (const [socket, unanswered] of this.#unanswered) {
      if (unanswered.length >= maxUnanswered) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        unanswered.push(this.#ask.get(socket)!());
        socket.ping();
      }
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
