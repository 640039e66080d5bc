const binaryWhole = 0x82;

let last: { payload: Uint8Array; wire: Buffer } | null = null;

/**
 * A payload as one unfragmented, unmasked binary frame (RFC 6455, section 5.2). What goes to many goes to them in a
 * row, so the frame built for the first serves the others: building and queueing it anew for each costs more than
 * the merge that it holds.
 */
export function webSocketFrame(payload: Uint8Array): Buffer {
  if (last?.payload === payload) return last.wire;
  const { length } = payload;
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const wire = Buffer.allocUnsafe(headerLength + length);
  wire[0] = binaryWhole;
  if (headerLength === 2) wire[1] = length;
  else if (headerLength === 4) {
    wire[1] = 126;
    wire.writeUInt16BE(length, 2);
  } else {
    wire[1] = 127;
    wire.writeBigUInt64BE(BigInt(length), 2);
  }
  wire.set(payload, headerLength);
  last = { payload, wire };
  return wire;
}
