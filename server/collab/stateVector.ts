import * as encoding from 'lib0/encoding';

/** A state vector in the encoding of Yjs (version 1). */
export function encodeStateVector(states: ReadonlyMap<number, number>): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, states.size);
  for (const [client, clock] of states) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
  }
  return encoding.toUint8Array(encoder);
}

/** One client id and its clock take at most 13 bytes for an honest client, about 8 mostly. */
const bytesPerClient = 13;
const alwaysTaken = 64 * 1024;

/**
 * The largest state vector that a client may come with: 64 KiB, which is thousands of page loads, or what a document
 * that has even more client ids needs, and as many again for what the client has not sent yet.
 */
export const maxStateVectorBytes = (clientsInDocument: number): number =>
  Math.max(alwaysTaken, 2 * bytesPerClient * clientsInDocument);
