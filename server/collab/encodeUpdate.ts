import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';

type Struct = Y.Item | Y.GC | Y.Skip;
type Range = { clock: number; len: number };

/** An update (version 1) with exactly these structs, in blocks of one client each, and these deletions. */
export function encodeUpdate(
  blocks: readonly (readonly Struct[])[],
  deletions: ReadonlyMap<number, readonly Range[]> = new Map(),
): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const rest = encoder.restEncoder;
  encoding.writeVarUint(rest, blocks.length);
  for (const structs of blocks) {
    encoding.writeVarUint(rest, structs.length);
    encoder.writeClient(structs[0]!.id.client);
    encoding.writeVarUint(rest, structs[0]!.id.clock);
    for (const struct of structs) struct.write(encoder, 0);
  }
  encoding.writeVarUint(rest, deletions.size);
  for (const [client, ranges] of deletions) {
    encoder.resetDsCurVal();
    encoding.writeVarUint(rest, client);
    encoding.writeVarUint(rest, ranges.length);
    for (const { clock, len } of ranges) {
      encoder.writeDsClock(clock);
      encoder.writeDsLen(len);
    }
  }
  return encoder.toUint8Array();
}
