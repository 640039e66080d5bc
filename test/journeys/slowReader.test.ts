import * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteRoots } from '../../shared/documents/note.ts';
import { emptyDocument } from '../../server/log/fold.ts';
import { startCochart } from '../bench/contenders/cochart.ts';
import type { Contender } from '../bench/contenders/contender.ts';
import { MemoryWatch, rssKiB } from '../bench/measure/process.ts';
import { editBytes, push } from '../bench/slowReader.ts';
import { Client } from '../bench/wire/client.ts';
import { gather, leave, openDocument } from '../bench/wire/company.ts';
import { textOf } from '../bench/wire/updates.ts';
import { eventually } from '../support/eventually.ts';
import { report } from '../support/seeds.ts';

const mebibyte = 1024 * 1024;
const pushedBytes = 64 * mebibyte;
const asks = 200;
/** More memory than without anybody who has stopped reading. */
const maxGrowthMiB = 16;

describe('somebody stops reading', () => {
  let service: Contender;
  beforeAll(async () => {
    service = await startCochart({ documents: 2 });
  });
  afterAll(() => service.close());

  /** So many bytes into one document, while the third in it reads, or does not. */
  async function pushAt(roomIndex: number, bytes: number, stalls: boolean) {
    const clients = await gather(service, roomIndex, 2);
    const [writer] = clients as [Client, Client];
    const doc = emptyDocument(noteRoots);
    const onUpdate = (update: Uint8Array): void => Y.applyUpdate(doc, update);
    const third = new Client(service, writer.room, { number: 2, onUpdate });
    await third.ready;
    // What was written before the third came has been seen by one more than it was written for.
    const none = writer.room.missing;
    await push(writer, 64);
    await eventually(() => expect(writer.room.missing).toBe(none));
    const before = rssKiB(service.pid);
    if (stalls) third.pause();
    const watch = new MemoryWatch(service.pid);
    await push(writer, bytes / editBytes);
    const grownMiB = (watch.stop().highest - before) / 1024;
    return { clients: [...clients, third], third, doc, room: writer.room, none, grownMiB };
  }

  it('and costs hardly any memory; reading again, gets the rest by the state vector', async () => {
    const control = await pushAt(0, pushedBytes / 2, false);
    leave(control.clients);
    const { clients, third, doc, room, none, grownMiB } = await pushAt(1, pushedBytes, true);
    const because = grownMiB - control.grownMiB;
    report(
      `64 MiB pushed: ${grownMiB.toFixed(1)} MiB more memory with one who does not read, ` +
        `${control.grownMiB.toFixed(1)} MiB for half of it when everybody reads.`,
    );
    expect(because).toBeLessThanOrEqual(maxGrowthMiB);

    const readBefore = third.bytesRead;
    third.resume();
    await eventually(() => expect(room.missing).toBe(none));
    expect(third.closed).toBeNull();
    const whole = await openDocument(service, room.name);
    expect(textOf(doc)).toBe(textOf(whole));
    // In one piece, and not all that was written meanwhile.
    expect(third.bytesRead - readBefore).toBeLessThan(pushedBytes / 4);
    leave(clients);
  });

  it('and asks for the whole again and again gets it once', async () => {
    const [writer, greedy] = (await gather(service, 0, 2)) as [Client, Client];
    writer.type('a'.repeat(mebibyte));
    await eventually(() => expect(writer.room.missing).toBe(0));
    const before = rssKiB(service.pid);
    greedy.pause();
    const watch = new MemoryWatch(service.pid);
    for (let ask = 0; ask < asks; ask++) greedy.askForAll();
    // Whoever works there goes on; what was asked before is dealt with by then.
    writer.type('b');
    await eventually(() => expect(writer.acknowledgedEdits).toBe(writer.author.ends.length));
    const grownMiB = (watch.stop().highest - before) / 1024;
    report(`${asks} MiB asked for and not read: ${grownMiB.toFixed(1)} MiB more memory.`);
    const readBefore = greedy.bytesRead;
    greedy.resume();
    await eventually(() => expect(writer.room.missing).toBe(0));
    expect(greedy.bytesRead - readBefore).toBeLessThan((asks * mebibyte) / 4);
    expect(grownMiB).toBeLessThan(asks / 4);
    expect([writer.closed, greedy.closed]).toEqual([null, null]);
    leave([writer, greedy]);
  });
});
