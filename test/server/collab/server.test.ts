import { rm } from 'node:fs/promises';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { openDatabase, type Database } from '../../../server/db/open.ts';
import { documentLog, quarantine } from '../../../server/log/tables.ts';
import { audit } from '../../../server/audit/tables.ts';
import { openReader } from '../../../server/db/reader.ts';
import { startService, type Service } from '../../../server/service.ts';
import { encounterId, seedEncounter } from '../../support/chart.ts';
import { configFor, temporaryFolder } from '../../support/database.ts';
import { people, seedPeople, testPassword } from '../../support/people.ts';
import { eventually } from '../../support/eventually.ts';
import { openPeer, type Peer, type PeerOptions } from '../../support/provider.ts';
import { asSignedIn, signIn } from '../../support/signIn.ts';

let folder: string;
let service: Service;
let reader: Database['reader'];
const peers: Peer[] = [];
const cookies = new Map<string, string>();

const url = (): string => service.address;

beforeAll(async () => {
  folder = await temporaryFolder();
  const config = configFor(folder);
  const opened = await openDatabase(config, { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  const now = (): Date => new Date();
  await seedPeople({ ...opened.value, now });
  await seedEncounter({ ...opened.value, now });
  await opened.value.close();
  const started = await startService(config, pino({ level: 'silent' }));
  if (!started.ok) throw new Error(started.error);
  service = started.value;
  reader = await openReader(config.database);
});

afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});

afterAll(async () => {
  await service.close();
  reader.close();
  await rm(folder, { recursive: true, force: true });
});

const as = async (username: string): Promise<string> => {
  const known = cookies.get(username) ?? (await signIn(url(), username, testPassword));
  cookies.set(username, known);
  return known;
};

const join = async (username: string, room: string, more: Partial<PeerOptions> = {}): Promise<Peer> => {
  const peer = openPeer({ url: url(), room, cookie: await as(username), ...more });
  peers.push(peer);
  return peer;
};

const synced = (peer: Peer): Promise<void> => eventually(() => expect(peer.provider.synced).toBe(true));
const settled = (peer: Peer, count: number): Promise<void> =>
  eventually(() => expect(peer.heard.persisted.at(-1)?.settled ?? 0).toBeGreaterThanOrEqual(count));

async function newNote(username = 'attending', kind = 'multidisciplinary'): Promise<string> {
  const response = await asSignedIn(url(), await as(username))(`/api/encounters/${encounterId}/notes`, {
    method: 'POST',
    body: { kind },
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { noteId: string }).noteId;
}

const ordersRoom = `${encounterId}/orders`;

const order = (category: string, display: string): Y.Map<unknown> => {
  const draft = new Y.Map<unknown>();
  draft.set('category', category);
  draft.set('detail', { code: { system: 's', code: 'c', display } });
  return draft;
};

const firstBody = (doc: Y.Doc): Y.XmlFragment =>
  [...doc.getMap<Y.Map<unknown>>('sections').values()][0]!.get('body') as Y.XmlFragment;

const write = (doc: Y.Doc, text: string): void => {
  const block = new Y.XmlElement('block');
  block.setAttribute('kind', 'paragraph');
  block.insert(0, [new Y.XmlText(text)]);
  firstBody(doc).push([block]);
};

describe('two stock clients write together', () => {
  it('in a note, whose sections the server has made', async () => {
    const room = `${encounterId}/note/${await newNote()}`;
    const attending = await join('attending', room);
    const nurse = await join('nurse', room);
    await Promise.all([synced(attending), synced(nurse)]);
    expect(nurse.doc.getMap('sections').size).toBe(4);
    write(attending.doc, 'Two desaturations overnight.');
    write(nurse.doc, 'Urine 180 mL since midnight.');
    await eventually(() => {
      expect(firstBody(attending.doc).toString()).toBe(firstBody(nurse.doc).toString());
      expect(firstBody(nurse.doc).toString()).toContain('desaturations');
      expect(firstBody(nurse.doc).toString()).toContain('Urine');
    });
    const noteId = room.split('/')[2]!;
    const answer = await asSignedIn(
      url(),
      await as('nurse'),
    )(`/api/encounters/${encounterId}/notes/${noteId}`);
    const note = (await answer.json()) as { text: string; contentHash: string; authors: { role: string }[] };
    expect(note.text).toContain('Urine 180 mL since midnight.');
    expect(note.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(note.authors.map(({ role }) => role).sort()).toEqual(['attending', 'nurse']);
  });

  it('in the order basket and the care plan, which nobody has written in yet', async () => {
    const [first, second] = [await join('resident', ordersRoom), await join('pharmacist', ordersRoom)];
    await Promise.all([synced(first), synced(second)]);
    first.doc.getMap('drafts').set('o-two-1', order('medication', 'furosemide'));
    second.doc.getMap('drafts').set('o-two-2', order('laboratory', 'lactate'));
    await eventually(() => {
      expect(Object.keys(first.doc.getMap('drafts').toJSON())).toEqual(
        expect.arrayContaining(['o-two-1', 'o-two-2']),
      );
      expect(second.doc.getMap('drafts').toJSON()).toEqual(first.doc.getMap('drafts').toJSON());
    });
    const plan = [
      await join('nurse', `${encounterId}/care-plan`),
      await join('socialworker', `${encounterId}/care-plan`),
    ];
    await Promise.all(plan.map(synced));
    plan[0]!.doc.transact(() => {
      const problem = new Y.Map<unknown>();
      problem.set('title', 'Falls risk');
      problem.set('rank', 'V');
      for (const list of ['goals', 'interventions']) problem.set(list, new Y.Map());
      problem.set('evaluation', new Y.XmlFragment());
      plan[0]!.doc.getMap('problems').set('p-1', problem);
    });
    await eventually(() => expect(plan[1]!.doc.getMap('problems').size).toBe(1));
  });
});

describe('persisted', () => {
  it('counts this connection’s sync messages in order, and names the state that is durable', async () => {
    const peer = await join('resident', ordersRoom, { ext: true });
    await synced(peer);
    await settled(peer, 1);
    for (let line = 0; line < 5; line++)
      peer.doc.getMap('drafts').set(`o-count-${line}`, order('diet', 'soft'));
    await settled(peer, 6);
    const { stateVector, seq } = peer.heard.persisted.at(-1)!;
    expect(Y.decodeStateVector(stateVector).get(peer.doc.clientID)).toBe(
      Y.decodeStateVector(Y.encodeStateVector(peer.doc)).get(peer.doc.clientID),
    );
    const rows = await reader
      .select({ seq: documentLog.seq })
      .from(documentLog)
      .where(eq(documentLog.document, ordersRoom));
    expect(rows.map((row) => row.seq)).toContain(seq);
    expect(peer.heard.document[0]).toEqual({ epoch: 1, schema: 1, access: 'write' });
  });

  it('does not count a refused message, nor any after it; the author is told once', async () => {
    const peer = await join('resident', ordersRoom, { ext: true });
    await synced(peer);
    await settled(peer, 1);
    peer.doc.getMap('drafts').set('o-good', order('diet', 'soft'));
    peer.doc.getMap('drafts').set('o-bad', 'not an order');
    peer.doc.getMap('drafts').set('o-after', order('diet', 'soft'));
    await eventually(() => expect(peer.heard.rejected).toHaveLength(1));
    const { quarantineId, reason } = peer.heard.rejected[0] as { quarantineId: string; reason: string };
    expect(reason).toBe('forbidden-content');
    await eventually(async () => {
      const kept = await reader.select().from(quarantine).where(eq(quarantine.id, quarantineId));
      expect(kept.map((row) => row.reason)).toEqual(['forbidden-content', 'follows-refused']);
    });
    await settled(peer, 2);
    expect(peer.heard.persisted.at(-1)!.settled).toBe(2);
    const other = await join('nurse', ordersRoom);
    await synced(other);
    expect(other.doc.getMap('drafts').has('o-good')).toBe(true);
    expect(other.doc.getMap('drafts').has('o-bad')).toBe(false);
    expect(other.doc.getMap('drafts').has('o-after')).toBe(false);
  });
});

describe('who may do what', () => {
  it('a student reads the basket; what a student sends is kept aside, and the socket stays open', async () => {
    const student = await join('student', ordersRoom, { ext: true });
    const nurse = await join('nurse', ordersRoom);
    await Promise.all([synced(student), synced(nurse)]);
    expect(student.heard.document[0]).toEqual({ epoch: 1, schema: 1, access: 'read', reason: 'role' });
    student.doc.getMap('drafts').set('o-student', order('medication', 'morphine'));
    await eventually(() => expect(student.heard.rejected).toHaveLength(1));
    nurse.doc.getMap('drafts').set('o-nurse', order('diet', 'soft'));
    await eventually(() => expect(student.doc.getMap('drafts').has('o-nurse')).toBe(true));
    expect(nurse.doc.getMap('drafts').has('o-student')).toBe(false);
    expect(student.closes).toEqual([]);
    const kept = await reader.select().from(quarantine).where(eq(quarantine.reason, 'no-permission'));
    expect(kept).toHaveLength(1);
  });

  it.each([
    ['a clerk', 'clerk', ordersRoom, 4403],
    ['an auditor', 'auditor', ordersRoom, 4403],
    ['somebody of another site', 'attending-b', ordersRoom, 4403],
    ['a room that does not exist', 'attending', 'ec000000-0000-4000-8000-00000000ffff/orders', 4403],
    ['what is not a room', 'attending', `${encounterId}/secrets`, 4403],
  ])('%s gets no frame, only a close', async (_who, username, room, code) => {
    const peer = await join(username, room);
    await eventually(() => expect(peer.closes).toEqual([code]));
    expect(peer.provider.synced).toBe(false);
    expect(peer.doc.store.clients.size).toBe(0);
  });

  it('nobody without a session, nor a page of another site', async () => {
    const stranger = openPeer({ url: url(), room: ordersRoom });
    peers.push(stranger);
    await eventually(() => expect(stranger.closes).toEqual([4401]));
  });

  it('nobody who comes with the session of another than whose screen it is', async () => {
    const { id } = people.nurse;
    const theirs = await join('nurse', ordersRoom, { params: { user: id } });
    await synced(theirs);
    const other = await join('attending', ordersRoom, { params: { user: id } });
    await eventually(() => expect(other.closes).toEqual([4401]));
  });

  it('a ticket opens one socket, once', async () => {
    const answer = await asSignedIn(url(), await as('nurse'))('/api/collab-ticket', { method: 'POST' });
    const { ticket } = (await answer.json()) as { ticket: string };
    const first = openPeer({ url: url(), room: ordersRoom, params: { ticket } });
    peers.push(first);
    await synced(first);
    const second = openPeer({ url: url(), room: ordersRoom, params: { ticket } });
    peers.push(second);
    await eventually(() => expect(second.closes[0]).toBe(4510));
  });

  it('signing out closes the sockets of that session', async () => {
    const cookie = await signIn(url(), 'physiotherapist', testPassword);
    const peer = openPeer({ url: url(), room: ordersRoom, cookie });
    peers.push(peer);
    await synced(peer);
    await asSignedIn(url(), cookie)('/api/session', { method: 'DELETE' });
    await eventually(() => expect(peer.closes).toEqual([4401]));
  });

  it('every opening leaves a row in the audit trail', async () => {
    const peer = await join('nurse', `${encounterId}/care-plan`);
    await synced(peer);
    const rows = await reader.select().from(audit).where(eq(audit.action, 'document:opened'));
    expect(
      rows.some((row) => row.entity === `${encounterId}/care-plan` && row.encounterId === encounterId),
    ).toBe(true);
  });
});

describe('presence', () => {
  it('tells who somebody is from their session, not from what they claim', async () => {
    const forger = await join('resident', ordersRoom);
    const nurse = await join('nurse', ordersRoom);
    await Promise.all([synced(forger), synced(nurse)]);
    forger.provider.awareness.setLocalState({
      user: { name: 'The attending', role: 'attending' },
      section: 's1',
    });
    await eventually(() => {
      const seen = nurse.provider.awareness.getStates().get(forger.doc.clientID);
      expect(seen).toMatchObject({
        user: { name: 'Test resident', role: 'resident', initials: 'TR' },
        section: 's1',
      });
    });
    forger.close();
    await eventually(() => expect(nurse.provider.awareness.getStates().has(forger.doc.clientID)).toBe(false));
  });

  it('comes to rest: a stock client is not told of its own state, which it would answer for ever', async () => {
    const [nurse, resident] = [await join('nurse', ordersRoom), await join('resident', ordersRoom)];
    await Promise.all([synced(nurse), synced(resident)]);
    nurse.provider.awareness.setLocalStateField('section', 's1');
    await eventually(() =>
      expect(resident.provider.awareness.getStates().get(nurse.doc.clientID)).toMatchObject({
        section: 's1',
      }),
    );
    let frames = 0;
    nurse.provider.ws!.addEventListener('message', () => frames++);
    resident.provider.awareness.setLocalStateField('section', 's2');
    await eventually(() =>
      expect(nurse.provider.awareness.getStates().get(resident.doc.clientID)).toMatchObject({
        section: 's2',
      }),
    );
    const before = frames;
    // A round trip of the nurse's own: whatever would go round and round has gone round by then.
    nurse.doc.getMap('drafts').set('o-rest', order('diet', 'soft'));
    await eventually(() => expect(resident.doc.getMap('drafts').has('o-rest')).toBe(true));
    expect(frames - before).toBeLessThan(10);
    expect(nurse.provider.awareness.meta.get(nurse.doc.clientID)!.clock).toBeLessThan(100);
  });

  it('shows somebody who comes back under the same client id', async () => {
    const nurse = await join('nurse', ordersRoom);
    const resident = await join('resident', ordersRoom);
    await Promise.all([synced(resident), synced(nurse)]);
    const sees = (): boolean => nurse.provider.awareness.getStates().has(resident.doc.clientID);
    resident.provider.awareness.setLocalStateField('section', 's1');
    await eventually(() => expect(sees()).toBe(true));
    resident.provider.disconnect();
    await eventually(() => expect(sees()).toBe(false));
    resident.provider.connect();
    await eventually(() => expect(sees()).toBe(true));
  });
});

describe('a document that cannot be read', () => {
  it('closes the socket instead of showing an empty page', async () => {
    const room = `${encounterId}/note/${await newNote()}`;
    // A flipped bit in the first entry, written past the service.
    const { createClient } = await import('@libsql/client');
    const raw = createClient({ url: `file:${folder}/cochart.db`, timeout: 5_000 });
    await raw.execute('DROP TRIGGER document_log_no_update');
    await raw.execute({ sql: "UPDATE document_log SET bytes = x'0000' WHERE document = ?", args: [room] });
    raw.close();
    const peer = await join('attending', room);
    await eventually(() => expect(peer.closes[0]).toBe(4500));
    expect(peer.provider.synced).toBe(false);
  });
});
