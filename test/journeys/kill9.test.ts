import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../shared/documents/registry.ts';
import { ordersRoom } from '../../shared/documents/room.ts';
import { openDatabase } from '../../server/db/open.ts';
import { openReader } from '../../server/db/reader.ts';
import { foldDocument } from '../../server/log/fold.ts';
import { manyReaders } from '../../server/log/documentLog.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { encounterId, seedEncounter } from '../support/chart.ts';
import { configFor } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { seedPeople, testPassword } from '../support/people.ts';
import { openPeer, type Peer } from '../support/provider.ts';
import { startService, type Service } from '../support/service.ts';
import { scaled } from '../support/seeds.ts';
import { signIn } from '../support/signIn.ts';
import { Typist } from '../support/typist.ts';

const room = ordersRoom(encounterId);

/**
 * How often the service dies while so many read: 100 and 50 times by default, twice that with `COCHART_FUZZ=2`. With
 * many readers, what arrives waits for the commits' pace.
 */
const companies = [
  { kills: scaled(100), readers: 1 },
  { kills: scaled(50), readers: manyReaders },
];

describe.each(companies)('two type; kill -9, $kills times, $readers read', ({ kills, readers }) => {
  const withinMs = 60_000 + kills * 5_000;
  let service: Service;
  const typists: Typist[] = [];
  let readerPeers: Peer[];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cochart-kill-'));
    const opened = await openDatabase(configFor(folder), { serve: false });
    if (!opened.ok) throw new Error(opened.error);
    const now = (): Date => new Date();
    await seedPeople({ ...opened.value, now });
    await seedEncounter({ ...opened.value, now });
    await opened.value.close();
    service = await startService({ folder, env: { COCHART_DEMO: '0' } });
    const cookie = (username: string): Promise<string> => signIn(service.url, username, testPassword);
    typists.push(new Typist('resident', { url: service.url, room, cookie: await cookie('resident') }));
    typists.push(new Typist('pharmacist', { url: service.url, room, cookie: await cookie('pharmacist') }));
    const student = await cookie('student');
    readerPeers = Array.from({ length: readers }, () =>
      openPeer({ url: service.url, room, cookie: student }),
    );
    for (const { provider } of readerPeers) provider.maxBackoffTime = 200;
  });

  afterAll(async () => {
    for (const { peer } of typists) peer.close();
    for (const peer of readerPeers) peer.close();
    await service.close();
  });

  /** What the log holds, asked of the file itself while no service runs. */
  async function inLog(): Promise<Set<string>> {
    const reader = await openReader(configFor(service.folder).database);
    const writer = { commit: () => Promise.reject(new Error('only read')), close: async () => {} };
    const { doc } = await foldDocument(libsqlLog(reader, writer), room, registry.orders.roots);
    reader.close();
    return new Set(doc.getMap('drafts').keys());
  }

  it(
    'loses nothing that was counted, and nobody ever held what the log lacks',
    { timeout: withinMs },
    async () => {
      let held = 0;
      for (let kill = 0; kill < kills; kill++) {
        await eventually(() => expect(typists.every(({ peer }) => peer.provider.synced)).toBe(true));
        await eventually(() => expect(readerPeers.every(({ provider }) => provider.synced)).toBe(true));
        const before = typists.map(({ acknowledged }) => acknowledged);
        for (const typist of typists) typist.type();
        await eventually(() => {
          for (const typist of typists) typist.note();
          expect(typists.some(({ acknowledged }, index) => acknowledged > before[index]!)).toBe(true);
        });
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
        await service.kill9();
        for (const typist of typists) typist.stop();

        const log = await inLog();
        for (const { written, acknowledged } of typists) {
          const lost = written.slice(0, acknowledged).filter((id) => !log.has(id));
          expect(lost, `lost after kill ${kill + 1}`).toEqual([]);
        }
        for (const { doc } of readerPeers) {
          const unlogged = [...doc.getMap('drafts').keys()].filter((id) => !log.has(id));
          expect(unlogged, `held by a reader and not in the log after kill ${kill + 1}`).toEqual([]);
          held = Math.max(held, doc.getMap('drafts').size);
        }
        await service.restart();
      }

      // Everybody comes back by themselves, and what was never acknowledged arrives after all.
      const all = typists.flatMap(({ written }) => written);
      await eventually(() => {
        for (const { doc } of readerPeers) expect(doc.getMap('drafts').size).toBe(all.length);
      });
      expect(held).toBeGreaterThan(0);
      expect(typists.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(kills);
      const verified = await service.command(['verify']);
      expect(verified.stdout + verified.stderr).toBeTruthy();
      expect(verified.code).toBe(0);
    },
  );
});
