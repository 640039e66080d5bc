import * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordersRoom } from '../../shared/documents/room.ts';
import { statement } from '../../server/db/batch.ts';
import { encounters } from '../../server/records/tables.ts';
import { patientId } from '../support/chart.ts';
import { documentsInLog, startWithChart } from '../support/chartService.ts';
import { eventually } from '../support/eventually.ts';
import { siteA, testPassword, wardOfA } from '../support/people.ts';
import { openPeer, type Peer } from '../support/provider.ts';
import { report } from '../support/seeds.ts';
import type { Service } from '../support/service.ts';
import { signIn } from '../support/signIn.ts';
import { Tally } from '../support/tally.ts';

const documents = 300;
/** Between two edits, whoever makes them, ms. */
const keyMs = 4;

const rooms = Array.from({ length: documents }, (_, index) =>
  ordersRoom(`ec000001-0000-4000-8000-${String(index).padStart(12, '0')}`),
);

interface Typist {
  peer: Peer;
  tally: Tally;
  written: string[];
}

describe(`the service is asked to stop while people type in ${documents} documents`, () => {
  let service: Service;
  const typists: Typist[] = [];

  beforeAll(async () => {
    // Every provider waits for the end of this process.
    process.setMaxListeners(documents + process.getMaxListeners());
    service = await startWithChart({
      env: { LOG_LEVEL: 'error' },
      seed: async ({ reader, writer }) => {
        const rows = rooms.map((room) => ({
          id: room.slice(0, room.indexOf('/')),
          patientId,
          siteId: siteA,
          wardId: wardOfA,
          status: 'in-progress',
          class: 'IMP',
          startAt: new Date().toISOString(),
        }));
        await writer.commit({ statements: [statement(reader.insert(encounters).values(rows))] });
      },
    });
    const cookies = await Promise.all(
      ['attending', 'resident', 'nurse', 'pharmacist'].map((name) => signIn(service.url, name, testPassword)),
    );
    for (const [index, room] of rooms.entries()) {
      const peer = openPeer({ url: service.url, room, cookie: cookies[index % cookies.length]!, ext: true });
      peer.provider.maxBackoffTime = 500;
      typists.push({ peer, tally: new Tally(peer), written: [] });
    }
    await eventually(() => expect(typists.every(({ peer }) => peer.provider.synced)).toBe(true));
  });
  afterAll(async () => {
    for (const { peer } of typists) peer.close();
    await service.close();
  });

  const inLog = async (): Promise<Set<string>[]> =>
    (await documentsInLog(service.folder, rooms)).map((doc) => new Set(doc.getMap('drafts').keys()));

  it('and loses nothing; everybody comes back by themselves', async () => {
    let turn = 0;
    const typing = setInterval(() => {
      const { peer, written } = typists[turn++ % documents]!;
      const id = `g-${written.length}`;
      const draft = new Y.Map<unknown>();
      draft.set('category', 'diet');
      written.push(id);
      peer.doc.getMap('drafts').set(id, draft);
    }, keyMs);
    try {
      await eventually(() => expect(typists.every(({ tally }) => tally.acknowledged > 0)).toBe(true));
      const since = performance.now();
      const code = await service.stop();
      const stoppedMs = performance.now() - since;
      // It gives up by itself, with another code, when it takes more than 10 s.
      expect(code).toBe(0);
      await eventually(() => expect(typists.every(({ peer }) => peer.closes.length > 0)).toBe(true));
      expect(new Set(typists.map(({ peer }) => peer.closes[0]))).toEqual(new Set([1012]));
      for (const [index, log] of (await inLog()).entries()) {
        const { tally, written } = typists[index]!;
        expect(written.slice(0, tally.acknowledged).filter((id) => !log.has(id))).toEqual([]);
      }
      const complaints = [...service.output().matchAll(/"level":[56]0.*"msg":"([^"]*)"/g)];
      expect(new Set(complaints.map(([, words]) => words))).toEqual(new Set());

      await service.restart();
      const startedAt = performance.now();
      await eventually(() => expect(typists.every(({ peer }) => peer.provider.synced)).toBe(true));
      const backMs = performance.now() - startedAt;
      report(
        `${documents} documents: stopped in ${stoppedMs.toFixed(0)} ms; ` +
          `all were back ${backMs.toFixed(0)} ms after the service was.`,
      );
    } finally {
      clearInterval(typing);
    }
    await eventually(() => {
      for (const { tally } of typists) expect(tally.acknowledged).toBe(tally.written);
    });
    expect(await inLog()).toEqual(typists.map(({ written }) => new Set(written)));
  });
});
