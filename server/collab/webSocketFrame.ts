const binaryWhole = 0x82;

let last: { payloads: readonly Uint8Array[]; wire: Buffer } | null = null;

/**
 * The frames of what goes to many in one write. It goes to them in a row, so what is built for the first serves the
 * others: building and queueing it anew for each costs more than the merge that it holds.
 */
export function sharedFrames(payloads: readonly Uint8Array[]): Buffer {
  const isLast =
    last?.payloads.length === payloads.length &&
    last.payloads.every((each, index) => each === payloads[index]);
  if (!isLast) last = { payloads, wire: webSocketFrames(payloads) };
  return last!.wire;
}

/** Payloads as one unfragmented, unmasked binary frame each (RFC 6455, section 5.2). */
export function webSocketFrames(payloads: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const payload of payloads) length += headerLength(payload) + payload.length;
  const wire = Buffer.allocUnsafe(length);
  let at = 0;
  for (const payload of payloads) {
    writeHeader(wire, at, payload.length);
    at += headerLength(payload);
    wire.set(payload, at);
    at += payload.length;
  }
  return wire;
}

const headerLength = ({ length }: Uint8Array): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

function writeHeader(wire: Buffer, at: number, length: number): void {
  wire[at] = binaryWhole;
  if (length < 126) wire[at + 1] = length;
  else if (length < 65_536) {
    wire[at + 1] = 126;
    wire.writeUInt16BE(length, at + 2);
  } else {
    wire[at + 1] = 127;
    wire.writeBigUInt64BE(BigInt(length), at + 2);
  }
}
