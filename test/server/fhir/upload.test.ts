import { eq } from 'drizzle-orm';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { readResource } from '../../../server/records/recordStore.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { eventually } from '../../support/eventually.ts';
import { people } from '../../support/people.ts';

let app: TestApp;
let cookie: string;
beforeAll(async () => {
  app = await testApp();
  app.deps.config.uploadBytes = 64 * 1024;
  cookie = await app.cookieOf(people.admin);
});
afterAll(() => app.close());

const patient = (id: number) => ({ resourceType: 'Patient', id: uuid(id), name: [{ family: 'Test' }] });
const ndjson = (...ids: number[]): string => ids.map((id) => `${JSON.stringify(patient(id))}\n`).join('');

async function send(name: string, content: string | Buffer, headers: Record<string, string> = {}) {
  const response = await app.app.request(`/api/imports?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { Cookie: cookie, ...headers },
    body: new Uint8Array(Buffer.from(content)),
  });
  return { status: response.status, body: (await response.json()) as { id: string; type?: string } };
}

const reportOf = async (id: string) =>
  (await (await app.ask('GET', `/api/imports/${id}`, { cookie })).json()) as {
    finishedAt: string | null;
    totals: { files: number; created: number; unchanged: number; refused: number };
    files: { name: string; outcome: string }[];
  };

/** The report of an import that was sent, once there is nothing more to be done about it. */
async function imported(id: string) {
  await eventually(async () => {
    const asked = await app.ask('GET', `/api/imports/${id}/progress`, { cookie });
    expect(await asked.json()).toMatchObject({ progress: null, finishedAt: expect.any(String) as string });
  });
  return reportOf(id);
}

const leftOnDisk = () => readdir(join(app.deps.folder, 'uploads'));

describe('a file that is sent to be imported', () => {
  it.each([
    ['a Bundle', 'bundle.json', JSON.stringify(transaction(patient(1), patient(2))), [1, 2]],
    ['packed NDJSON', 'Patient.ndjson.gz', gzipSync(ndjson(5, 6)), [5, 6]],
  ])(
    'may be %s; its report is that of any import, and the file does not stay',
    async (_what, name, content, ids) => {
      const sent = await send(name, content);
      expect(sent.status).toBe(202);
      expect(await imported(sent.body.id)).toMatchObject({
        totals: { files: 1, created: 2, refused: 0 },
        files: [{ name, outcome: 'stored' }],
      });
      for (const id of ids) expect(await readResource(app.deps.reader, 'Patient', uuid(id))).not.toBeNull();
      await eventually(async () => expect(await leftOnDisk()).toEqual([]));
      const [row] = await app.deps.reader
        .select({ userId: audit.userId })
        .from(audit)
        .where(eq(audit.entity, `import/${sent.body.id}`));
      expect(row).toEqual({ userId: people.admin.id });
    },
  );

  it('is one import when it is sent twice with one key, and refused when the key was for another', async () => {
    const key = { 'Idempotency-Key': 'upload-1' };
    const first = await send('Patient.ndjson', ndjson(10, 11), key);
    const again = await send('Patient.ndjson', ndjson(10, 11), key);
    expect(again).toEqual(first);
    expect(await imported(first.body.id)).toMatchObject({ totals: { created: 2 } });
    expect((await send('Patient.ndjson', ndjson(10, 11), key)).body.id).toBe(first.body.id);
    const other = await send('Patient.ndjson', ndjson(12), key);
    expect([other.status, other.body.type]).toEqual([409, 'key-reused']);
    expect(await leftOnDisk()).toEqual([]);
  });

  it('changes nothing when it is sent again without one', async () => {
    const again = await imported((await send('Patient.ndjson', ndjson(10, 11))).body.id);
    expect(again.totals).toMatchObject({ created: 0, unchanged: 2 });
  });

  it('is reported when nothing of it can be stored', async () => {
    const { body } = await send('broken.json', '{"resourceType": "Bundle", ');
    expect(await imported(body.id)).toMatchObject({
      files: [{ outcome: 'refused' }],
      totals: { created: 0 },
    });
  });

  it.each([
    ['says so beforehand', { 'Content-Length': String(64 * 1024 + 1) }],
    ['does not', {}],
  ])('and larger than the service takes is refused, whether it %s', async (_how, headers) => {
    const sent = await send('large.ndjson', Buffer.alloc(64 * 1024 + 1, 0x20), headers);
    expect([sent.status, sent.body]).toMatchObject([
      413,
      { type: 'too-large', detail: expect.any(String) as string },
    ]);
    expect(await leftOnDisk()).toEqual([]);
  });

  it('goes on where it was when the service was stopped, once it is sent again', async () => {
    const lines = ndjson(...Array.from({ length: 500 }, (_, index) => 1000 + index)).trimEnd();
    app.deps.config.uploadBytes = 1024 * 1024;
    const { writer } = app.deps;
    // The first part is committed, then nothing can be.
    let parts = 0;
    app.deps.writer = {
      ...writer,
      commit: (batch) => {
        const isPart = batch.chained?.some(({ row }) => row.action === 'bundle:imported');
        if (isPart && ++parts > 1) return Promise.reject(new Error('stopped'));
        return writer.commit(batch);
      },
    };
    const stopped = await testApp({ deps: app.deps });
    const sending = stopped.app.request('/api/imports?name=many.ndjson', {
      method: 'POST',
      headers: { Cookie: cookie },
      body: lines,
    });
    const { id } = (await (await sending).json()) as { id: string };
    await eventually(async () => {
      const asked = await stopped.ask('GET', `/api/imports/${id}/progress`, { cookie });
      expect(await asked.json()).toEqual({ progress: null, finishedAt: null });
    });
    app.deps.writer = writer;
    expect((await reportOf(id)).totals).toMatchObject({ created: 400 });
    const again = await send('many.ndjson', lines);
    expect(again.body.id).toBe(id);
    expect((await imported(id)).totals).toMatchObject({ created: 500, unchanged: 0 });
  });
});
