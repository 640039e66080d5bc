import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../server/db/open.ts';
import { openReader } from '../../server/db/reader.ts';
import { foldDocument } from '../../server/log/fold.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { registry } from '../../shared/documents/registry.ts';
import { ordersRoom } from '../../shared/documents/room.ts';
import { encounterId, seedEncounter } from '../support/chart.ts';
import { configFor, temporaryFolder } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { failingDisk, type FailingDisk } from '../support/failingDisk.ts';
import { seedPeople, testPassword } from '../support/people.ts';
import { report, scaled } from '../support/seeds.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { Typist } from '../support/typist.ts';

const room = ordersRoom(encounterId);
/** How many places in a row the disk fails at; `COCHART_FUZZ=20` sweeps 160. */
const places = scaled(8);
/** Edits that are written while nothing can be made durable. */
const editsMeanwhile = 60;

const tools = await temporaryFolder();
const disk: FailingDisk | null = failingDisk(tools);
if (!disk) report('The failing disk is not tried: it needs Linux and gcc.');
const { fail, mend, env } = disk ?? { fail: () => {}, mend: () => {}, env: {} };

describe.skipIf(!disk)('a disk that fails', () => {
  let service: Service;
  let typist: Typist;
  let cookie: string;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const opened = await openDatabase(configFor(folder), { serve: false });
    if (!opened.ok) throw new Error(opened.error);
    const now = (): Date => new Date();
    await seedPeople({ ...opened.value, now });
    await seedEncounter({ ...opened.value, now });
    await opened.value.close();
    service = await startService({ folder, env: { COCHART_DEMO: '0', LOG_LEVEL: 'fatal', ...env } });
    cookie = await signIn(service.url, 'resident', testPassword);
    typist = new Typist('resident', { url: service.url, room, cookie });
  });
  afterEach(() => {
    mend();
    typist.stop();
  });
  afterAll(async () => {
    typist.peer.close();
    await service.close();
    await rm(tools, { recursive: true, force: true });
  });

  async function inLog(): Promise<Set<string>> {
    const reader = await openReader(configFor(service.folder).database);
    const writer = { commit: () => Promise.reject(new Error('only read')), close: async () => {} };
    const { doc } = await foldDocument(libsqlLog(reader, writer), room, registry.orders.roots);
    reader.close();
    return new Set(doc.getMap('drafts').keys());
  }
  const nothingLost = async (): Promise<void> => {
    const log = await inLog();
    expect(typist.written.slice(0, typist.acknowledged).filter((id) => !log.has(id))).toEqual([]);
  };
  const goesOn = async (): Promise<void> => {
    const before = typist.written.length;
    await eventually(() => {
      typist.note();
      expect(typist.acknowledged).toBeGreaterThanOrEqual(before);
    });
  };
  const ready = async (): Promise<number> => (await fetch(`${service.url}/readyz`)).status;
  const newNote = async (): Promise<number> =>
    (
      await asSignedIn(service.url, cookie)(`/api/encounters/${encounterId}/notes`, {
        method: 'POST',
        body: { kind: 'progress' },
      })
    ).status;

  it('that is full for a moment while the service starts: it starts, and its log grows as it is written', async () => {
    // First of all: who has read the database from outside keeps its log where it is.
    const log = join(service.folder, 'cochart.db-wal');
    await service.stop();
    fail('write', 'ENOSPC', 100, 1);
    await service.restart();
    await goesOn();
    const size = (await stat(log)).size;
    expect(size).toBeLessThan(4 * 1024 * 1024);
    await service.stop();
    mend();
    await service.restart();
    await goesOn();
    expect((await stat(log)).size).toBeGreaterThan(28 * 1024 * 1024);
  });

  it.each([
    ['cannot make durable what it took', 'fsync', 'EIO'],
    ['is full', 'write', 'ENOSPC'],
  ] as const)(
    'that %s: nothing is called durable, acts are refused, and it is said; then it goes on',
    async (_what, call, error) => {
      typist.type();
      await goesOn();
      fail(call, error, 1, 0);
      await eventually(async () => expect(await ready()).toBe(503));
      typist.note();
      const { acknowledged } = typist;
      const { length } = typist.written;
      await eventually(() => expect(typist.written.length).toBeGreaterThan(length + editsMeanwhile));
      typist.note();
      expect(typist.acknowledged).toBe(acknowledged);
      expect(await newNote()).toBeGreaterThanOrEqual(500);
      mend();
      // Without a restart, and without anybody doing anything.
      await goesOn();
      await eventually(async () => expect(await ready()).toBe(200));
      expect(await newNote()).toBe(201);
      typist.stop();
      await service.kill9();
      await nothingLost();
      await service.restart();
    },
  );

  it(`at each of ${places} places in a row, once: what was called durable is there after kill -9`, async () => {
    for (let place = 1; place <= places; place++) {
      const isFsync = place % 2 === 1;
      typist.type();
      await goesOn();
      const { acknowledged } = typist;
      fail(isFsync ? 'fsync' : 'write', isFsync ? 'EIO' : 'ENOSPC', Math.ceil(place / 2), 1);
      await eventually(() => {
        typist.note();
        expect(typist.acknowledged).toBeGreaterThan(acknowledged + place);
      });
      mend();
      await service.kill9();
      typist.stop();
      await nothingLost();
      await service.restart();
    }
    await goesOn();
    const verified = await service.command(['verify']);
    expect(verified.stdout).toContain('all as they were written');
  });
});
