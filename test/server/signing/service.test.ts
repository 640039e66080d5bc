import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { openDatabase } from '../../../server/db/open.ts';
import { startService, type Service } from '../../../server/service.ts';
import { noteContent } from '../../../shared/documents/note.ts';
import { contentHash } from '../../../shared/signing/content.ts';
import { encounterId, seedEncounter } from '../../support/chart.ts';
import { configFor, temporaryFolder } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { people, seedPeople, testPassword } from '../../support/people.ts';
import { openPeer, type Peer } from '../../support/provider.ts';
import { asSignedIn, signIn } from '../../support/signIn.ts';

let folder: string;
let service: Service;
const peers: Peer[] = [];
const cookies = new Map<string, string>();

const start = async (): Promise<void> => {
  const started = await startService(configFor(folder), pino({ level: 'silent' }));
  if (!started.ok) throw new Error(started.error);
  service = started.value;
};

beforeAll(async () => {
  folder = await temporaryFolder();
  const opened = await openDatabase(configFor(folder), { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  const now = (): Date => new Date();
  await seedPeople({ ...opened.value, now });
  await seedEncounter({ ...opened.value, now });
  await opened.value.close();
  await start();
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const cookieOf = async (username: string): Promise<string> => {
  const known = cookies.get(username) ?? (await signIn(service.address, username, testPassword));
  cookies.set(username, known);
  return known;
};
const ask = async (username: string, path: string, body?: unknown) => {
  const asking = asSignedIn(service.address, await cookieOf(username));
  const response = await asking(
    `/api/encounters/${encounterId}/${path}`,
    body === undefined ? {} : { method: 'POST', body },
  );
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
async function join(username: string, document: string, ext = true): Promise<Peer> {
  const room = `${encounterId}/${document}`;
  const peer = openPeer({ url: service.address, room, cookie: await cookieOf(username), ext });
  peers.push(peer);
  await eventually(() => expect(peer.provider.synced).toBe(true));
  return peer;
}
const type = (doc: Y.Doc, text: string): void => {
  const section = [...doc.getMap<Y.Map<unknown>>('sections').values()][0]!;
  const block = new Y.XmlElement('block');
  block.setAttribute('kind', 'paragraph');
  const words = new Y.XmlText();
  words.insert(0, text);
  block.insert(0, [words]);
  (section.get('body') as Y.XmlFragment).push([block]);
};
const settled = (peer: Peer): Promise<void> =>
  eventually(() => expect(peer.heard.persisted.at(-1)?.settled ?? 0).toBeGreaterThan(1));

async function draftNote(): Promise<{ noteId: string; nurse: Peer }> {
  const { noteId } = (await ask('attending', 'notes', { kind: 'multidisciplinary' })).body as {
    noteId: string;
  };
  const nurse = await join('nurse', `note/${noteId}`);
  type(nurse.doc, 'Urine 180 mL since midnight');
  await settled(nurse);
  return { noteId, nurse };
}

describe('a note that is signed while others have it open', () => {
  it('is signed by the hash that a client computes from its own copy; the others are told', async () => {
    const { noteId, nurse } = await draftNote();
    const hash = await contentHash(noteContent(nurse.doc));
    const signed = await ask('attending', `notes/${noteId}/sign`, { contentHash: hash });
    expect(signed).toMatchObject({ status: 200, body: { signature: { contentHash: hash } } });
    await eventually(() =>
      expect(nurse.heard.sealed).toMatchObject([{ by: people.attending.name, contentHash: hash }]),
    );
  });

  it('takes no edit any more, from those who were in it and from those who come, and stays readable', async () => {
    const { noteId, nurse } = await draftNote();
    const hash = await contentHash(noteContent(nurse.doc));
    await ask('attending', `notes/${noteId}/sign`, { contentHash: hash });
    type(nurse.doc, 'One more thing');
    await eventually(() => expect(nurse.heard.rejected).toMatchObject([{ reason: 'sealed' }]));
    const late = await join('resident', `note/${noteId}`, false);
    type(late.doc, 'And another');
    const reader = await join('pharmacist', `note/${noteId}`);
    expect(await contentHash(noteContent(reader.doc))).toBe(hash);
    expect(reader.heard.document[0]).toMatchObject({ access: 'read', reason: 'sealed' });
    expect((await ask('nurse', `notes/${noteId}`)).body).toMatchObject({
      status: 'signed',
      contentHash: hash,
    });
  });

  it('is not signed when somebody has typed since', async () => {
    const { noteId, nurse } = await draftNote();
    const hash = await contentHash(noteContent(nurse.doc));
    type(nurse.doc, 'Wait');
    const now = await contentHash(noteContent(nurse.doc));
    await eventually(async () =>
      expect((await ask('nurse', `notes/${noteId}`)).body).toMatchObject({ contentHash: now }),
    );
    expect(await ask('attending', `notes/${noteId}/sign`, { contentHash: hash })).toMatchObject({
      status: 409,
      body: { contentHash: now },
    });
    type(nurse.doc, 'Goes on');
    await eventually(async () =>
      expect((await ask('nurse', `notes/${noteId}`)).body).toMatchObject({
        status: 'draft',
        contentHash: await contentHash(noteContent(nurse.doc)),
      }),
    );
  });

  it('is signed once when two sign at once', async () => {
    const { noteId, nurse } = await draftNote();
    const hash = await contentHash(noteContent(nurse.doc));
    const both = await Promise.all(
      ['attending', 'resident'].map((who) => ask(who, `notes/${noteId}/sign`, { contentHash: hash })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)!.body).toMatchObject({ contentHash: hash });
  });

  it('is still signed, and still closed to edits, after a restart', async () => {
    const { noteId, nurse } = await draftNote();
    const hash = await contentHash(noteContent(nurse.doc));
    await ask('attending', `notes/${noteId}/sign`, { contentHash: hash });
    nurse.close();
    await service.close();
    await start();
    const reader = await join('nurse', `note/${noteId}`);
    expect(reader.heard.document[0]).toMatchObject({ access: 'read', reason: 'sealed' });
    expect(await contentHash(noteContent(reader.doc))).toBe(hash);
  });
});

describe('orders that are signed while others have the basket open', () => {
  it('end in everybody’s basket, and the basket lives on', async () => {
    const nurse = await join('nurse', 'orders');
    const drafts = nurse.doc.getMap<Y.Map<unknown>>('drafts');
    const propose = (id: string): void => {
      const detail = { code: { system: 's', code: 'c', display: 'Troponin T' } };
      nurse.doc.transact(
        () => void drafts.set(id, new Y.Map(Object.entries({ category: 'laboratory', detail }))),
      );
    };
    propose('0a000000-0000-4000-8000-000000000001');
    await settled(nurse);
    const before = (await ask('attending', 'orders')).body as unknown as {
      drafts: { id: string; contentHash: string }[];
    };
    const orders = before.drafts.map(({ id, contentHash }) => ({ id, contentHash }));
    const signed = await ask('attending', 'orders/sign', { orders });
    expect(signed).toMatchObject({ status: 200, body: { signed: [{ id: orders[0]!.id }], refused: [] } });
    await eventually(() =>
      expect(drafts.get(orders[0]!.id)!.get('ended')).toMatchObject({ contentHash: orders[0]!.contentHash }),
    );
    propose('0a000000-0000-4000-8000-000000000002');
    await eventually(async () => {
      const { drafts, active } = (await ask('attending', 'orders')).body as Record<string, { id: string }[]>;
      expect(drafts!.map(({ id }) => id)).toEqual(['0a000000-0000-4000-8000-000000000002']);
      expect(active).toHaveLength(1);
    });
    expect(nurse.heard.rejected).toEqual([]);
  });
});
