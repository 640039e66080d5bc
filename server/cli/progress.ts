/** One line that says how far long work has come. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/** Often enough to look alive, seldom enough not to slow the work, ms. */
const repaintMs = 80;
/** Where nobody watches, a log gets a line this often, ms. */
const logEveryMs = 30_000;

export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let paintedAt = performance.now() - repaintMs;
  let shown = false;
  return {
    show: (text) => {
      if (performance.now() - paintedAt < (stream.isTTY ? repaintMs : logEveryMs)) return;
      paintedAt = performance.now();
      shown = stream.isTTY;
      stream.write(shown ? `\r\x1b[2K${text.slice(0, stream.columns - 1)}` : `${text}\n`);
    },
    clear: () => {
      if (shown) stream.write('\r\x1b[2K');
      shown = false;
    },
  };
}

/** `12,345` */
export const amount = (count: number): string => count.toLocaleString('en-US');

export function bytesWords(bytes: number): string {
  const kibi = 1024;
  if (bytes < kibi * kibi) return `${Math.ceil(bytes / kibi)} kB`;
  const mebi = bytes / kibi / kibi;
  return mebi < kibi ? `${mebi.toFixed(mebi < 10 ? 1 : 0)} MB` : `${(mebi / kibi).toFixed(1)} GB`;
}

/** Before this a guess is worth nothing, ms. */
const firstGuessMs = 2_000;

/** How long it will take if it goes on as it went; null while nobody can say. */
export function timeLeft(done: number, all: number, elapsedMs: number): string | null {
  if (elapsedMs < firstGuessMs || done <= 0 || done >= all) return null;
  const seconds = Math.ceil(((all - done) * elapsedMs) / done / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
