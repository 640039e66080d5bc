import * as decoding from 'lib0/decoding';
import { z } from 'zod';

/** What the server adds to the y-websocket protocol when asked for with `ext=1`. */
export const messageNumbers = {
  persisted: 100,
  rejected: 101,
  sealed: 102,
  rescued: 103,
  document: 104,
} as const;

export interface Persisted {
  seq: number;
  /** State vector that is durable. */
  durable: Uint8Array;
  /** How many of this connection's sync messages are settled. */
  settled: number;
}

export const rejected = z.object({ reason: z.string(), quarantineId: z.string().nullish() });
export const sealed = z.object({ by: z.unknown(), at: z.string(), contentHash: z.string() });
export const rescued = z.object({ text: z.string(), where: z.string().nullish(), rescueId: z.string() });
export const documentFacts = z.object({
  epoch: z.union([z.number(), z.string()]),
  schema: z.number(),
  access: z.enum(['write', 'read']),
  reason: z.string().nullish(),
});

export type DocumentFacts = z.infer<typeof documentFacts>;

export const readPersisted = (decoder: decoding.Decoder): Persisted => ({
  seq: decoding.readVarUint(decoder),
  durable: decoding.readVarUint8Array(decoder).slice(),
  settled: decoding.readVarUint(decoder),
});

export const readJson = <T>(decoder: decoding.Decoder, shape: z.ZodType<T>): T =>
  shape.parse(JSON.parse(decoding.readVarString(decoder)));
