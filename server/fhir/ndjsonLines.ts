/** A line that says something. */
export interface Line {
  /** From 1, as an editor counts. */
  number: number;
  /** Null where it is longer than a resource can be; nothing of it was kept. */
  bytes: Buffer | null;
}

/** One resource; an attachment inside may be large, a whole file of them may not be one line, bytes. */
export const longestLine = 32 * 1024 * 1024;

const newline = 0x0a;

/** The lines of a file, held one at a time: however large a file is, it takes the room of its longest line. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const taken = (): Line | null => {
    number++;
    const isLong = length > longestLine;
    const bytes = isLong ? null : Buffer.concat(parts);
    parts = [];
    length = 0;
    return bytes !== null && isBlank(bytes) ? null : { number, bytes };
  };
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(newline, from);
      const part = chunk.subarray(from, end < 0 ? chunk.length : end);
      length += part.length;
      if (length > longestLine) parts = [];
      else if (part.length > 0) parts.push(part);
      if (end < 0) break;
      const line = taken();
      if (line) yield line;
      from = end + 1;
    }
  }
  if (length > 0) {
    const line = taken();
    if (line) yield line;
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
