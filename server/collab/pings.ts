import type { WebSocket } from 'ws';

/** Every socket is pinged this often; one that answered neither of two is taken for a link that has died unseen. */
const pingMs = 15_000;
const maxUnanswered = 2;

/** Finds the sockets behind which nobody is any more, and ends them. */
export class Pings {
  readonly #unanswered = new Map<WebSocket, number>();
  readonly #timer = setInterval(() => this.round(), pingMs).unref();

  watch(socket: WebSocket): void {
    this.#unanswered.set(socket, 0);
    socket.on('pong', () => this.#unanswered.set(socket, 0));
    socket.on('close', () => this.#unanswered.delete(socket));
  }

  round(): void {
    for (const [socket, unanswered] of this.#unanswered) {
      if (unanswered >= maxUnanswered) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        this.#unanswered.set(socket, unanswered + 1);
        socket.ping();
      }
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
