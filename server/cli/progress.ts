/** One line that says how far long work has come. Where nobody watches, it is left out. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/** Often enough to look alive, seldom enough not to slow the work, ms. */
const repaintMs = 80;

export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let paintedAt = 0;
  let shown = false;
  return {
    show: (text) => {
      if (!stream.isTTY || performance.now() - paintedAt < repaintMs) return;
      paintedAt = performance.now();
      shown = true;
      stream.write(`\r\x1b[2K${text.slice(0, stream.columns - 1)}`);
    },
    clear: () => {
      if (shown) stream.write('\r\x1b[2K');
      shown = false;
    },
  };
}
