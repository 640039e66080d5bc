interface Pending {
  /** When the person made the change. */
  at: number;
  /** Place among this connection's sync messages; null while no message of this connection carries it. */
  message: number | null;
}

/**
 * Which of my changes the server has not yet declared durable. A change leaves this list only when the server has
 * counted the message that carried it on the connection that is open now: what a lost connection carried is unknown
 * and waits for the next one.
 */
export class Outstanding {
  #pending: Pending[] = [];

  get count(): number {
    return this.#pending.length;
  }

  /** When the oldest change that is not durable was made. */
  get oldestAt(): number | null {
    return this.#pending[0]?.at ?? null;
  }

  edited(at: number, message: number | null): void {
    this.#pending.push({ at, message });
  }

  /** A sync step 2 went out: it holds everything the server did not have. */
  resent(message: number): void {
    for (const change of this.#pending) change.message ??= message;
  }

  /** The server has settled the first `messages` sync messages of this connection. */
  settled(messages: number): void {
    this.#pending = this.#pending.filter(({ message }) => message === null || message > messages);
  }

  linkLost(): void {
    for (const change of this.#pending) change.message = null;
  }

  forget(): void {
    this.#pending = [];
  }
}
