export type SyncMessage = 'step-2' | 'update';

/** Message 0 is sync; 1 and 2 after it are a sync step 2 and an update: these are what the server counts. */
export function syncMessageOf(data: unknown): SyncMessage | null {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data instanceof Uint8Array ? data : null;
  if (bytes === null || bytes[0] !== 0) return null;
  return bytes[1] === 1 ? 'step-2' : bytes[1] === 2 ? 'update' : null;
}

/**
 * A WebSocket that tells which of its messages carry edits, numbered from 1 in the order of sending. A new
 * connection is a new socket, so the count starts afresh by itself.
 */
export function countingSocket(onSent: (message: SyncMessage, place: number) => void): typeof WebSocket {
  return class extends WebSocket {
    #sent = 0;

    override send(data: Parameters<WebSocket['send']>[0]): void {
      super.send(data);
      const message = syncMessageOf(data);
      if (message !== null) onSent(message, ++this.#sent);
    }
  };
}
