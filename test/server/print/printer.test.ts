import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openPrinter, type PrintJob } from '../../../server/print/printer.ts';

/** A drawing that ends as it is told. */
const drawing = (code: string): Worker =>
  new Worker(`const { parentPort } = require('node:worker_threads'); ${code}`, { eval: true });
const draws = 'parentPort.postMessage(new Uint8Array([1, 2, 3]))';
const drawsForEver = 'setInterval(() => {}, 1000)';

const prepare = async (): Promise<PrintJob> => ({}) as PrintJob;
const staying = new AbortController().signal;

/** Printing with a drawing for each turn, in their order; says which were started. */
function printing(codes: string[], limits: { atOnce: number; waiting: number }) {
  const started: Worker[] = [];
  const start = (): Worker => {
    const worker = drawing(codes[started.length]!);
    started.push(worker);
    return worker;
  };
  return { ...openPrinter({ start, ...limits }), started };
}

const one = { atOnce: 1, waiting: 1 };

describe('charts being printed', () => {
  it('are drawn one after the other, and refused when too many wait already', async () => {
    const { print, started } = printing([draws, draws], one);
    const first = print(prepare, staying);
    const second = print(prepare, staying);
    expect(await print(prepare, staying)).toEqual({ ok: false, error: 'busy' });
    expect(await first).toEqual({ ok: true, value: new Uint8Array([1, 2, 3]) });
    expect(await second).toEqual({ ok: true, value: new Uint8Array([1, 2, 3]) });
    expect(started).toHaveLength(2);
  });

  it.each([
    ['throws', 'throw new Error("no")'],
    ['ends without a word', 'process.exit(0)'],
  ])('fail when the drawing %s, and the next one is drawn', async (_what, code) => {
    const { print } = printing([code, draws], one);
    await expect(print(prepare, staying)).rejects.toThrow(/drawn|drawing/);
    expect(await print(prepare, staying)).toMatchObject({ ok: true });
  });

  it('fail when what they say cannot be read, and the next one is drawn', async () => {
    const { print, started } = printing([draws], one);
    const unreadable = async (): Promise<PrintJob> => Promise.reject(new Error('unreadable'));
    await expect(print(unreadable, staying)).rejects.toThrow('unreadable');
    expect(started).toHaveLength(0);
    expect(await print(prepare, staying)).toMatchObject({ ok: true });
  });

  it('are given up when who asked for them leaves, whether drawn already or waiting', async () => {
    const { print, started } = printing([drawsForEver, draws], one);
    const [leaving, leavingToo] = [new AbortController(), new AbortController()];
    const underWay = print(prepare, leaving.signal);
    const waiting = print(prepare, leavingToo.signal);
    leavingToo.abort();
    expect(await waiting).toEqual({ ok: false, error: 'left' });
    leaving.abort();
    expect(await underWay).toEqual({ ok: false, error: 'left' });
    expect(await print(prepare, staying)).toMatchObject({ ok: true });
    expect(started).toHaveLength(2);
    expect(await print(prepare, AbortSignal.abort())).toEqual({ ok: false, error: 'left' });
  });

  it('leave a processor to everybody else', async () => {
    let most = 0;
    let now = 0;
    const start = (): Worker => {
      most = Math.max(most, ++now);
      const worker = drawing(draws);
      worker.once('exit', () => now--);
      return worker;
    };
    const { print } = openPrinter({ start });
    await Promise.all(Array.from({ length: 6 }, () => print(prepare, staying)));
    expect(most).toBeLessThanOrEqual(Math.max(1, availableParallelism() - 1));
  });
});
