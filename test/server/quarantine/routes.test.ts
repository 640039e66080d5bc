import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QuarantineFacts, QuarantineItem, RescueItem } from '../../../shared/quarantine/schema.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { carePlanRoom, noteRoom } from '../../../shared/documents/room.ts';
import { audit } from '../../../server/audit/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { DocumentWriting, system } from '../../../server/log/entries.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { quarantine, rescues } from '../../../server/log/tables.ts';
import { encounters } from '../../../server/records/tables.ts';
import * as Y from 'yjs';
import { testApp, type TestApp } from '../../support/app.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { quarantined, rescuedText, typing } from '../../support/keptText.ts';
import { people, siteB, type Person } from '../../support/people.ts';

const noteDocument = noteRoom(encounterId, 'n1');
const words = 'Crackles at both bases.';
/** Once: how many bytes it takes depends on the client id, which is another each time. */
const typed = typing(words);

let service: TestApp;
beforeEach(async () => {
  service = await testApp();
  await seedEncounter(service.deps);
});
afterEach(() => service.close());

const commit = async (...statements: Parameters<TestApp['deps']['writer']['commit']>[0]['statements']) => {
  await service.deps.writer.commit({ statements });
};

async function list<T>(what: 'quarantine' | 'rescues', who: Person, query = ''): Promise<T[]> {
  const response = await service.ask('GET', `/api/${what}${query}`, { cookie: await service.cookieOf(who) });
  expect(response.status).toBe(200);
  return ((await response.json()) as { items: T[] }).items;
}

const settle = async (what: 'quarantine' | 'rescues', id: string, who: Person, how = 'dismissed') =>
  service.ask('POST', `/api/${what}/${id}/settle`, { cookie: await service.cookieOf(who), body: { how } });

const auditOf = (action: string) =>
  service.deps.reader.select().from(audit).where(eq(audit.action, action)).orderBy(audit.seq);

describe('a refused text', () => {
  const id = randomUUID();
  beforeEach(() =>
    commit(quarantined(service.deps, { id, userId: people.nurse.id, document: noteDocument }, typed)),
  );

  test('is offered to its author as the words that they typed', async () => {
    const [item] = await list<QuarantineItem>('quarantine', people.nurse);
    expect(item).toMatchObject({
      id,
      document: noteDocument,
      encounterId,
      user: { id: people.nurse.id, name: people.nurse.name, role: 'nurse' },
      reason: 'foreign-client',
      parts: words.length,
      settledAt: null,
      texts: [{ text: words, near: null }],
      cut: false,
    });
  });

  test('is shown to the attending of the site', async () => {
    const [item] = await list<QuarantineItem>('quarantine', people.attending);
    expect(item?.texts).toEqual([{ text: words, near: null }]);
  });

  test.each(['resident', 'student', 'pharmacist', 'specialist'] as const)(
    'is not shown to a %s who did not write it',
    async (role) => {
      expect(await list('quarantine', people[role])).toEqual([]);
    },
  );

  test.each([people.attendingB, people.nurseB])('is not shown to $username of another site', async (who) => {
    expect(await list('quarantine', who)).toEqual([]);
  });

  test('is facts without a word of it to an auditor', async () => {
    const items = await list<QuarantineFacts>('quarantine', people.auditor);
    expect(items).toEqual([
      {
        id,
        document: noteDocument,
        encounterId,
        user: { id: people.nurse.id, name: people.nurse.name, role: 'nurse' },
        device: 'device-1',
        reason: 'foreign-client',
        at: service.deps.now().toISOString(),
        parts: words.length,
        bytes: typed.reduce((sum, update) => sum + update.byteLength, 0),
        settledAt: null,
      },
    ]);
  });

  test('is asked for by encounter', async () => {
    expect(await list('quarantine', people.nurse, `?encounterId=${encounterId}`)).toHaveLength(1);
    expect(await list('quarantine', people.nurse, '?encounterId=other')).toEqual([]);
  });

  test('that its author lets go leaves the list, and stays with those who ask for all', async () => {
    expect((await settle('quarantine', id, people.nurse)).status).toBe(200);
    expect(await list('quarantine', people.nurse)).toEqual([]);
    expect(await list('quarantine', people.auditor)).toEqual([]);
    const [item] = await list<QuarantineItem>('quarantine', people.nurse, '?status=any');
    expect(item).toMatchObject({ id, settledAt: service.deps.now().toISOString() });
    expect(await list('quarantine', people.nurse, '?status=settled')).toHaveLength(1);
  });

  test('is open again when more of it arrives after it was let go', async () => {
    await settle('quarantine', id, people.nurse);
    const [last] = await service.deps.reader.select().from(quarantine).limit(1);
    const more = { ...last!, part: words.length + 1, settledAt: null, settledBy: null };
    await commit(statement(service.deps.reader.insert(quarantine).values(more)));
    expect(await list('quarantine', people.nurse)).toHaveLength(1);
  });

  test('too long to be read whole says so', async () => {
    const long = randomUUID();
    const [first] = typing('Pulse regular.');
    const filler = typing('x'.repeat(20)).concat(new Uint8Array(200 * 1024));
    await commit(quarantined(service.deps, { id: long, userId: people.nurse.id }, [first!, ...filler]));
    const items = await list<QuarantineItem>('quarantine', people.nurse);
    expect(items.find((item) => item.id === long)).toMatchObject({ cut: true, parts: 22 });
  });
});

describe('a rescued text', () => {
  const id = randomUUID();
  beforeEach(async () => {
    const { log, deps } = { log: service.deps.log, deps: service.deps };
    const at = deps.now().toISOString();
    const device = 'device-1';
    const writing = new DocumentWriting(noteDocument, new Y.Doc())
      .turn({ userId: people.physiotherapist.id, deviceId: device }, at, (doc) =>
        doc.getText('t').insert(0, words),
      )
      .turn({ userId: people.nurse.id, deviceId: device }, at, (doc) => doc.getText('t').delete(0, 5));
    await log.append(writing.done());
    const rescue = {
      id,
      userId: people.physiotherapist.id,
      document: noteDocument,
      place: 'sections/s1/body',
    };
    await commit(rescuedText(deps, { ...rescue, text: words, seq: 2 }));
  });

  test('is offered to its author with its place and who took that away', async () => {
    expect(await list<RescueItem>('rescues', people.physiotherapist)).toEqual([
      {
        id,
        document: noteDocument,
        encounterId,
        user: { id: people.physiotherapist.id, name: people.physiotherapist.name, role: 'physiotherapist' },
        at: service.deps.now().toISOString(),
        place: 'sections/s1/body',
        text: words,
        removedBy: { id: people.nurse.id, name: people.nurse.name, role: 'nurse' },
        settledAt: null,
      },
    ]);
  });

  test("that its author's own return from offline lost names nobody else", async () => {
    const own = randomUUID();
    const rescue = { id: own, userId: people.nurse.id, document: noteDocument, text: 'Sat out.', seq: 2 };
    await commit(rescuedText(service.deps, rescue));
    const [item] = await list<RescueItem>('rescues', people.nurse);
    expect(item).toMatchObject({ id: own, removedBy: null, place: null });
  });

  test('is shown to the attending of the site and to nobody else', async () => {
    expect(await list('rescues', people.attending)).toHaveLength(1);
    for (const who of [people.nurse, people.resident, people.attendingB])
      expect(await list('rescues', who)).toEqual([]);
  });
});

describe.each(['quarantine', 'rescues'] as const)('settling of %s', (what) => {
  const id = randomUUID();
  beforeEach(() =>
    commit(
      quarantined(service.deps, { id, userId: people.nurse.id, document: noteDocument }, typing(words)),
      rescuedText(service.deps, { id, userId: people.nurse.id, document: noteDocument, text: words }),
    ),
  );

  test('is one act, however often it is said and by whom', async () => {
    const first = await settle(what, id, people.nurse, 'restored');
    const answer: unknown = await first.json();
    service.deps.clock.step(60_000);
    const second = await settle(what, id, people.attending);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.json()).toEqual(answer);
    expect(await auditOf(what === 'rescues' ? 'rescue:settled' : 'quarantine:settled')).toHaveLength(1);
  });

  test('is settled by one of two who do so at the same moment, and both are told by whom', async () => {
    const { writer } = service.deps;
    const commitNow = writer.commit;
    let quicker: Response | null = null;
    vi.spyOn(writer, 'commit').mockImplementation(async (batch, after) => {
      const isSettling = batch.statements.some(({ sql }) => /^update "(quarantine|rescues)"/.test(sql));
      if (isSettling && quicker === null) {
        vi.mocked(writer.commit).mockRestore();
        quicker = await settle(what, id, people.attending, 'restored');
      }
      return commitNow(batch, after);
    });
    const slower = await settle(what, id, people.nurse);
    expect(await slower.json()).toEqual(await quicker!.json());
    const rows = await auditOf(what === 'rescues' ? 'rescue:settled' : 'quarantine:settled');
    expect(rows).toMatchObject([{ userId: people.attending.id }]);
  });

  test('is in the trail with who and where, and not a word of the text', async () => {
    await settle(what, id, people.attending);
    const rows = await auditOf(what === 'rescues' ? 'rescue:settled' : 'quarantine:settled');
    expect(rows).toMatchObject([
      { userId: people.attending.id, patientId, encounterId, entity: noteDocument, outcome: 'success' },
    ]);
    expect(JSON.parse(rows[0]!.detail!)).toEqual({ how: 'dismissed', id, own: false });
  });

  test.each([people.resident, people.attendingB, people.nurseB])(
    'by $username, who may not, is answered as if it were not there',
    async (who) => {
      const theirs = await settle(what, id, who);
      const none = await settle(what, randomUUID(), who);
      expect([theirs.status, none.status]).toEqual([404, 404]);
      const [row] = await (what === 'rescues'
        ? service.deps.reader.select().from(rescues)
        : service.deps.reader.select().from(quarantine));
      expect(row!.settledAt).toBeNull();
    },
  );

  test('is refused without saying how', async () => {
    const cookie = await service.cookieOf(people.nurse);
    expect((await service.ask('POST', `/api/${what}/${id}/settle`, { cookie, body: {} })).status).toBe(400);
  });

  test('takes all of its parts, and nothing else of its author', async () => {
    const other = randomUUID();
    await commit(
      quarantined(service.deps, { id: other, userId: people.nurse.id }, typing('Pulse.')),
      rescuedText(service.deps, { id: other, userId: people.nurse.id, text: 'Pulse.' }),
    );
    await settle(what, id, people.nurse);
    expect((await list<{ id: string }>(what, people.nurse)).map((item) => item.id)).toEqual([other]);
  });
});

test('reading kept text is in the trail once for each chart that it is of', async () => {
  const { deps } = service;
  const kept = { userId: people.nurse.id };
  await commit(
    ...['q1', 'q2'].map((id) => quarantined(deps, { id, ...kept, document: noteDocument }, typing('Pulse.'))),
    rescuedText(deps, { id: 'r1', ...kept, document: carePlanRoom(encounterId), text: 'Sit out.' }),
  );
  await list('quarantine', people.attending);
  await list('rescues', people.attending);
  expect(await auditOf('quarantine:read')).toMatchObject([{ patientId, encounterId, detail: '{"found":2}' }]);
  expect(await auditOf('rescues:read')).toMatchObject([{ patientId, encounterId, detail: '{"found":1}' }]);
});

test('a long list comes in pages, newest first', async () => {
  const { deps } = service;
  for (let count = 0; count < 60; count++) {
    deps.clock.step(1_000);
    await commit(rescuedText(deps, { id: `r${count}`, userId: people.nurse.id, text: `Line ${count}` }));
  }
  const cookie = await service.cookieOf(people.nurse);
  const page = async (query: string) =>
    (await (await service.ask('GET', `/api/rescues?${query}`, { cookie })).json()) as {
      items: RescueItem[];
      next?: string;
    };
  const first = await page('');
  const second = await page(first.next!);
  expect([...first.items, ...second.items].map(({ text }) => text)).toEqual(
    Array.from({ length: 60 }, (_, at) => `Line ${59 - at}`),
  );
  expect(second.next).toBeUndefined();
});

test('kept text of an encounter that has moved to another site is that site’s', async () => {
  const { deps } = service;
  await commit(
    rescuedText(deps, { id: 'r1', userId: people.nurse.id, text: 'Sat out.' }),
    statement(deps.reader.update(encounters).set({ siteId: siteB })),
  );
  expect(await list('rescues', people.nurse)).toEqual([]);
  expect(await list('rescues', people.attendingB)).toHaveLength(1);
});

describe('words that died on their author’s device before the service had them', () => {
  const keep = async (who: Person, body: object, key?: string) =>
    service.ask('POST', '/api/rescues', {
      cookie: await service.cookieOf(who),
      body,
      ...(key ? { headers: { 'Idempotency-Key': key } } : {}),
    });
  const draft = { document: noteDocument, place: 'sections/s1/body', text: words };

  beforeEach(async () => {
    const writing = new DocumentWriting(noteDocument, emptyDocument(registry.note.roots));
    const turn = writing.turn(system, service.deps.now().toISOString(), (doc) =>
      writeNewNote(doc, [{ id: 's1', title: 'Plan', rank: 'a' }]),
    );
    await service.deps.log.append(turn.done());
  });

  test('are kept as what the service rescues is, once, and are in the trail without a word of them', async () => {
    const first = await keep(people.nurse, draft, 'k1');
    expect(first.status).toBe(201);
    const { id } = (await first.json()) as { id: string };
    expect(await (await keep(people.nurse, draft, 'k1')).json()).toEqual({ id });
    const [item, ...others] = await list<RescueItem>('rescues', people.nurse);
    expect(others).toEqual([]);
    expect(item).toMatchObject({
      id,
      document: noteDocument,
      place: 'sections/s1/body',
      text: words,
      removedBy: null,
      user: { id: people.nurse.id },
    });
    const trail = await auditOf('rescue:kept');
    expect(trail).toMatchObject([{ userId: people.nurse.id, patientId, encounterId, entity: noteDocument }]);
    expect(JSON.stringify(trail)).not.toContain(words);
    expect((await settle('rescues', id, people.nurse, 'restored')).status).toBe(200);
  });

  test('are for those who may be in that document, and for a document that there is', async () => {
    const answers = [
      await keep(people.attendingB, draft),
      await keep(people.nurse, { ...draft, document: carePlanRoom(encounterId) }),
      await keep(people.nurse, { ...draft, document: 'nowhere' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await auditOf('rescue:kept')).toEqual([]);
  });
});
