const binaryWhole = 0x82;

let last: { payload: Uint8Array; wire: Buffer } | null = null;

/**
 * The frame of what goes to many. It goes to them in a row, so the frame built for the first serves the others:
 * building and queueing it anew for each costs more than the merge that it holds.
 */
export function sharedFrame(payload: Uint8Array): Buffer {
  if (last?.payload === payload) return last.wire;
  const wire = webSocketFrame(payload);
  last = { payload, wire };
  return wire;
}

/** A payload as one unfragmented, unmasked binary frame (RFC 6455, section 5.2). */
export function webSocketFrame(payload: Uint8Array): Buffer {
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
  return wire;
}
