import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** Message types of the y-websocket protocol, and Cochart's additions for `?ext=1` (docs/protocol.md). */
export const message = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  persisted: 100,
  rejected: 101,
  sealed: 102,
  rescued: 103,
  document: 104,
} as const;

export const syncStep = { stateVector: 0, missing: 1, update: 2 } as const;

/** One frame from a client, decoded no further than its kind. */
export type Frame =
  | { kind: 'step1'; stateVector: Uint8Array }
  | { kind: 'step2' | 'update'; update: Uint8Array }
  | { kind: 'awareness'; payload: Uint8Array }
  | { kind: 'query-awareness' }
  | { kind: 'unknown' };

/** @throws when the frame is cut short */
export function readFrame(bytes: Uint8Array): Frame {
  const decoder = decoding.createDecoder(bytes);
  const type = decoding.readVarUint(decoder);
  if (type === message.awareness) return { kind: 'awareness', payload: decoding.readVarUint8Array(decoder) };
  if (type === message.queryAwareness) return { kind: 'query-awareness' };
  if (type !== message.sync) return { kind: 'unknown' };
  const step = decoding.readVarUint(decoder);
  const payload = decoding.readVarUint8Array(decoder);
  if (step === syncStep.stateVector) return { kind: 'step1', stateVector: payload };
  if (step === syncStep.missing) return { kind: 'step2', update: payload };
  if (step === syncStep.update) return { kind: 'update', update: payload };
  return { kind: 'unknown' };
}

const write = (fill: (encoder: encoding.Encoder) => void): Uint8Array => {
  const encoder = encoding.createEncoder();
  fill(encoder);
  return encoding.toUint8Array(encoder);
};

const sync = (step: number, payload: Uint8Array): Uint8Array =>
  write((encoder) => {
    encoding.writeVarUint(encoder, message.sync);
    encoding.writeVarUint(encoder, step);
    encoding.writeVarUint8Array(encoder, payload);
  });

export const step1Frame = (stateVector: Uint8Array): Uint8Array => sync(syncStep.stateVector, stateVector);
export const step2Frame = (update: Uint8Array): Uint8Array => sync(syncStep.missing, update);
export const updateFrame = (update: Uint8Array): Uint8Array => sync(syncStep.update, update);

export const awarenessFrame = (payload: Uint8Array): Uint8Array =>
  write((encoder) => {
    encoding.writeVarUint(encoder, message.awareness);
    encoding.writeVarUint8Array(encoder, payload);
  });

/** `settled`: how many of this connection's sync messages are durable, ignored or overtaken by a resync. */
export const persistedFrame = (seq: number, stateVector: Uint8Array, settled: number): Uint8Array =>
  write((encoder) => {
    encoding.writeVarUint(encoder, message.persisted);
    encoding.writeVarUint(encoder, seq);
    encoding.writeVarUint8Array(encoder, stateVector);
    encoding.writeVarUint(encoder, settled);
  });

const json = (type: number, value: unknown): Uint8Array =>
  write((encoder) => {
    encoding.writeVarUint(encoder, type);
    encoding.writeVarString(encoder, JSON.stringify(value));
  });

export const rejectedFrame = (reason: string, quarantineId: string): Uint8Array =>
  json(message.rejected, { reason, quarantineId });

export const documentFrame = (state: {
  epoch: number;
  schema: number;
  access: 'write' | 'read';
  reason?: string;
}): Uint8Array => json(message.document, state);

/** The document has been signed, or sealed for good. */
export const sealedFrame = (signed: { by: string; at: string; contentHash: string }): Uint8Array =>
  json(message.sealed, signed);

/** Text of this author that is in the document no more; `where` is null when its place is gone too. */
export const rescuedFrame = (rescue: { text: string; where: string | null; rescueId: string }): Uint8Array =>
  json(message.rescued, rescue);
