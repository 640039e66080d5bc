import * as decoding from 'lib0/decoding';
import type { Peer } from './provider.ts';

const syncMessage = 0;
const step = { one: 0, two: 1, update: 2 } as const;

/**
 * Counts what one client has written and what the service has called durable, as its screen would: by the order of the
 * sync messages that it really sent on each connection. The peer is one with `ext`.
 */
export class Tally {
  /** Updates made here so far. */
  written = 0;
  /** How many of them, from the first on, have been called durable on any connection. */
  acknowledged = 0;
  /** Of each sync message of this connection, how much is durable once it is settled. */
  #sent: number[] = [];
  #hasAnswered = false;

  constructor(peer: Peer) {
    const { doc, provider, heard } = peer;
    doc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin !== provider) this.written++;
    });
    provider.on('status', ({ status }) => {
      if (status !== 'connected' || !provider.ws) return;
      this.#sent = [];
      this.#hasAnswered = false;
      heard.persisted.length = 0;
      const { ws } = provider;
      const send = ws.send.bind(ws);
      ws.send = (data) => {
        this.#note(data as Uint8Array);
        send(data);
      };
    });
    const hear = provider.messageHandlers[100]!;
    provider.messageHandlers[100] = (...args) => {
      hear(...args);
      const settled = heard.persisted.at(-1)?.settled ?? 0;
      if (settled > 0) this.acknowledged = Math.max(this.acknowledged, this.#sent[settled - 1] ?? 0);
    };
  }

  #note(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    if (decoding.readVarUint(decoder) !== syncMessage) return;
    const kind = decoding.readVarUint(decoder);
    if (kind === step.two) {
      this.#hasAnswered = true;
      this.#sent.push(this.written);
    }
    // The provider hears of an update, and sends it, before it is counted here. What came before the answer to the
    // opening step 1 says nothing of what was written without a connection.
    if (kind === step.update) this.#sent.push(this.#hasAnswered ? this.written + 1 : 0);
  }
}
