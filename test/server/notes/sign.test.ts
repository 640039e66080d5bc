import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { audit } from '../../../server/audit/tables.ts';
import { confirmationMs } from '../../../server/auth/lifetimes.ts';
import { documentLog } from '../../../server/log/tables.ts';
import { entryAfter } from '../../../server/log/entries.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { createNoteStatements } from '../../../server/notes/acts.ts';
import { outbox } from '../../../server/outbox/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { encounters, patients, resources } from '../../../server/records/tables.ts';
import { signatures } from '../../../server/signing/tables.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { noteRoom } from '../../../shared/documents/room.ts';
import type { NoteKind } from '../../../shared/notes/kinds.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { people, seedPeople, testPassword, type Person } from '../../support/people.ts';
import { plainSealing, type PlainSealing } from '../../support/sealing.ts';

interface NoteAnswer {
  status: string;
  text: string;
  contentHash: string;
  authors: { name: string }[];
  signatures: { id: string; by: { name: string; role: string }; at: string; status: string }[];
}

let deps: TestDatabase;
let service: TestApp;
let sealing: PlainSealing;
/** While it is set, no commit that holds a signature comes about. */
let failure: 'throws' | 'throws-after-commit' | null = null;
/** Runs when a signature is about to be committed: what it was made of has been read. */
let meanwhile: (() => Promise<void>) | null = null;

beforeAll(async () => {
  const database = await testDatabase();
  await seedPeople(database);
  await seedEncounter(database);
  deps = {
    ...database,
    writer: {
      ...database.writer,
      commit: async (batch) => {
        const isAct = batch.statements.some(({ sql }) => sql.startsWith('insert into "signatures"'));
        if (isAct) await meanwhile?.();
        if (isAct && failure === 'throws') throw new Error('the disk is full');
        const result = await database.writer.commit(batch);
        if (isAct && failure === 'throws-after-commit') throw new Error('the answer was lost');
        return result;
      },
    },
  };
  sealing = plainSealing(deps);
  service = await testApp({ deps, sealing });
});
beforeEach(() => {
  failure = null;
  meanwhile = null;
  sealing.before = null;
});
afterAll(async () => {
  await service.close();
});

const addLine = (doc: Y.Doc, text: string): void => {
  const section = [...doc.getMap<Y.Map<unknown>>('sections').values()][0]!;
  const block = new Y.XmlElement('block');
  const words = new Y.XmlText();
  words.insert(0, text);
  block.insert(0, [words]);
  (section.get('body') as Y.XmlFragment).push([block]);
};

async function newNote(kind: NoteKind = 'progress', authors: Person[] = [people.attending]): Promise<string> {
  const id = deps.newId();
  await deps.writer.commit({
    statements: createNoteStatements(deps, {
      id,
      encounterId,
      kind,
      authorId: authors[0]!.id,
      at: deps.now(),
      turns: authors.map((author) => ({
        author: { userId: author.id, deviceId: 'desk' },
        at: deps.now().toISOString(),
        write: (doc) => addLine(doc, `Seen by ${author.username} & team`),
      })),
    }),
  });
  return id;
}

/** Somebody types into a note that is open elsewhere. */
async function type(noteId: string, author: Person, text: string): Promise<void> {
  const room = noteRoom(encounterId, noteId);
  const { doc, head } = await foldDocument(deps.log, room, registry.note.roots);
  const before = Y.encodeStateVector(doc);
  addLine(doc, text);
  const entry = entryAfter(head, {
    document: room,
    kind: 'update',
    lease: doc.clientID,
    at: deps.now().toISOString(),
    bytes: Y.encodeStateAsUpdate(doc, before),
    userId: author.id,
    deviceId: 'desk',
  });
  await deps.log.append({ entries: [entry] });
}

const pathOf = (noteId: string): string => `/api/encounters/${encounterId}/notes/${noteId}`;
const read = async (noteId: string): Promise<NoteAnswer> => {
  const cookie = await service.cookieOf(people.nurse);
  return (await (await service.ask('GET', pathOf(noteId), { cookie })).json()) as NoteAnswer;
};
async function sign(
  noteId: string,
  person: Person,
  contentHash: string,
  headers: Record<string, string> = {},
) {
  const cookie = await service.cookieOf(person);
  const response = await service.ask('POST', `${pathOf(noteId)}/sign`, {
    cookie,
    body: { contentHash },
    headers,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const signaturesOf = (noteId: string) =>
  deps.reader
    .select()
    .from(signatures)
    .where(eq(signatures.document, noteRoom(encounterId, noteId)));
const sealsOf = async (noteId: string): Promise<number> => {
  const rows = await deps.reader
    .select({ kind: documentLog.kind })
    .from(documentLog)
    .where(eq(documentLog.document, noteRoom(encounterId, noteId)));
  return rows.filter(({ kind }) => kind === 'seal').length;
};
const fhir = async (reference: string): Promise<Record<string, never>> => {
  const cookie = await service.cookieOf(people.attending);
  const response = await service.ask('GET', `/fhir/R4/${reference}`, { cookie });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, never>;
};

describe('a note is signed as its signer saw it', () => {
  it('and answers who signed what, and when', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    const { status, body } = await sign(noteId, people.attending, contentHash);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        signature: {
          id: expect.any(String) as string,
          by: { id: people.attending.id, name: people.attending.name, role: 'attending' },
          at: '2026-03-02T08:00:00.000Z',
          offset: '+01:00',
          contentHash,
          status: 'signed',
        },
      },
    });
    const signed = await read(noteId);
    expect(signed).toMatchObject({ status: 'signed', contentHash, signatures: [body.signature] });
    expect(signed.text).toContain('Seen by attending & team');
    expect(sealing.confirmed.at(-1)).toMatchObject({ by: people.attending.name, contentHash });
  });

  it('and the list of notes says so', async () => {
    const noteId = await newNote();
    await sign(noteId, people.attending, (await read(noteId)).contentHash);
    const cookie = await service.cookieOf(people.nurse);
    const response = await service.ask('GET', `/api/encounters/${encounterId}/notes`, { cookie });
    const { items } = (await response.json()) as { items: ({ id: string } & NoteAnswer)[] };
    expect(items.find(({ id }) => id === noteId)).toMatchObject({
      status: 'signed',
      signatures: [{ by: { name: people.attending.name }, status: 'signed' }],
    });
  });

  it('and the record holds the text, the document and everybody who wrote in it', async () => {
    const noteId = await newNote('multidisciplinary', [people.attending, people.nurse, people.pharmacist]);
    const { contentHash, text } = await read(noteId);
    await sign(noteId, people.attending, contentHash);
    const [row] = await signaturesOf(noteId);
    const composition = await fhir(row!.resources.composition!);
    expect(composition).toMatchObject({
      status: 'final',
      date: '2026-03-02T09:00:00.000+01:00',
      attester: [{ mode: 'legal', party: { display: people.attending.name } }],
    });
    expect(JSON.stringify(composition)).toContain('<p>Seen by nurse &amp; team</p>');
    const document = await fhir(row!.resources.document!);
    const { attachment } = (document as unknown as { content: [{ attachment: { data: string } }] })
      .content[0];
    expect(Buffer.from(attachment.data, 'base64').toString()).toBe(text);
    const all = await deps.reader.select().from(resources).where(eq(resources.type, 'Provenance'));
    const provenances = await Promise.all(all.map(({ id }) => fhir(`Provenance/${id}`)));
    const mine = provenances.find((each) => JSON.stringify(each).includes(row!.resources.composition!));
    const agents = (
      mine as unknown as { agent: { type: { coding: [{ code: string }] }; who: { display: string } }[] }
    ).agent.map(({ type: { coding }, who }) => `${coding[0].code} ${who.display}`);
    expect(agents).toEqual([
      `author ${people.attending.name}`,
      `author ${people.nurse.name}`,
      `author ${people.pharmacist.name}`,
      `legal ${people.attending.name}`,
    ]);
  });

  it('and what was seen can be shown for ever: the row is never changed nor deleted', async () => {
    const noteId = await newNote();
    await sign(noteId, people.attending, (await read(noteId)).contentHash);
    const [row] = await signaturesOf(noteId);
    expect(JSON.parse(row!.body)).toMatchObject({ sections: [{ title: 'Subjective' }, {}, {}, {}] });
    for (const sql of ['UPDATE signatures SET body = 1', 'DELETE FROM signatures'])
      await expect(deps.writer.commit({ statements: [{ sql, params: [] }] })).rejects.toThrow(/signature/);
  });

  it('and the audit trail and the outbox tell of it, without its text', async () => {
    const noteId = await newNote();
    await sign(noteId, people.attending, (await read(noteId)).contentHash);
    const [row] = await deps.reader
      .select()
      .from(audit)
      .where(eq(audit.action, 'note:signed'))
      .orderBy(desc(audit.seq));
    expect(row).toMatchObject({ entity: `note/${noteId}`, userId: people.attending.id });
    expect(row!.detail).not.toContain('Seen by');
    const [event] = await deps.reader.select().from(outbox).orderBy(desc(outbox.id)).limit(1);
    expect(event).toMatchObject({ event: 'note:signed' });
    expect(JSON.parse(event!.payload)).toMatchObject({ encounterId, noteId });
  });
});

describe('a note that is not what its signer saw', () => {
  it('is not signed, and the answer has the hash that it has now', async () => {
    const noteId = await newNote();
    const seen = await read(noteId);
    await type(noteId, people.nurse, 'Urine 180 mL');
    const now = await read(noteId);
    expect(await sign(noteId, people.attending, seen.contentHash)).toMatchObject({
      status: 409,
      body: {
        type: 'conflict',
        contentHash: now.contentHash,
        // 08:00 by the service's clock; the site is an hour ahead.
        detail: `${people.nurse.name} changed it at 09:00.`,
      },
    });
    expect(now.contentHash).not.toBe(seen.contentHash);
    expect(await read(noteId)).toMatchObject({ status: 'draft', signatures: [] });
    expect(await signaturesOf(noteId)).toEqual([]);
    expect(await sealsOf(noteId)).toBe(0);
  });

  it('is not signed either when somebody types between the request and its place in the log', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    sealing.before = async () => {
      sealing.before = null;
      await type(noteId, people.nurse, 'Wait');
    };
    expect((await sign(noteId, people.attending, contentHash)).status).toBe(409);
    expect(await signaturesOf(noteId)).toEqual([]);
  });
});

describe('one note has one signature', () => {
  it('when two sign at once: one signs, the other is told of the conflict', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    const both = await Promise.all([
      sign(noteId, people.attending, contentHash),
      sign(noteId, people.resident, contentHash),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const lost = both.find(({ status }) => status === 409)!.body;
    expect(lost.contentHash).toBe(contentHash);
    // Whether the first signature is on record when the second one is refused is a matter of microseconds.
    expect(lost.detail).toMatch(/ has signed this note already\.$|^Somebody else is signing this note/);
    expect(await signaturesOf(noteId)).toHaveLength(1);
  });

  it('when the same act arrives twice under one key: one signature, the same answer', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    const key = { 'Idempotency-Key': deps.newId() };
    const [first, second] = await Promise.all([
      sign(noteId, people.attending, contentHash, key),
      sign(noteId, people.attending, contentHash, key),
    ]);
    expect(second).toEqual(first);
    expect(first.status).toBe(200);
    expect(await signaturesOf(noteId)).toHaveLength(1);
  });

  it('and a second act without the key is a conflict', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    await sign(noteId, people.attending, contentHash);
    expect(await sign(noteId, people.attending, contentHash)).toMatchObject({
      status: 409,
      body: { contentHash, detail: `${people.attending.name} has signed this note already.` },
    });
  });
});

describe('who may sign', () => {
  it.each<[Person, NoteKind, number]>([
    [people.attending, 'multidisciplinary', 200],
    [people.resident, 'multidisciplinary', 200],
    [people.specialist, 'multidisciplinary', 403],
    [people.nurse, 'multidisciplinary', 403],
    [people.nurse, 'nursing', 200],
    [people.nurse, 'progress', 403],
    [people.attending, 'nursing', 403],
    [people.pharmacist, 'pharmacy', 200],
    [people.physiotherapist, 'therapy', 200],
    [people.socialworker, 'social-work', 200],
    [people.student, 'student', 403],
    [people.specialist, 'consult', 200],
    [people.clerk, 'progress', 403],
    [people.attendingB, 'progress', 404],
  ])('%o', async (person, kind, expected) => {
    const noteId = await newNote(kind);
    const { contentHash } = await read(noteId);
    expect((await sign(noteId, person, contentHash)).status).toBe(expected);
    expect((await signaturesOf(noteId)).length).toBe(expected === 200 ? 1 : 0);
  });

  it.each<[Person, NoteKind, string, string]>([
    [people.resident, 'discharge-summary', 'awaiting-cosignature', 'preliminary'],
    [people.resident, 'history-and-physical', 'awaiting-cosignature', 'preliminary'],
    [people.resident, 'progress', 'signed', 'final'],
    [people.attending, 'discharge-summary', 'signed', 'final'],
  ])('%o signs a %s, and it is %s', async (person, kind, status, docStatus) => {
    const noteId = await newNote(kind);
    const { body } = await sign(noteId, person, (await read(noteId)).contentHash);
    expect(body).toMatchObject({ signature: { status } });
    const [row] = await signaturesOf(noteId);
    expect(await fhir(row!.resources.document!)).toMatchObject({ docStatus });
  });

  it('whoever signed in more than five minutes ago proves again who they are, before anything else is asked', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    for (const person of [people.attending, people.clerk]) {
      const cookie = await service.cookieOf(person);
      deps.clock.step(confirmationMs);
      const late = await service.ask('POST', `${pathOf(noteId)}/sign`, { cookie, body: { contentHash } });
      expect(late.status).toBe(401);
      expect(await late.json()).toMatchObject({ type: 'reauthenticate' });
      if (person !== people.attending) continue;
      await service.ask('POST', '/api/session/confirm', { cookie, body: { password: testPassword } });
      const again = await service.ask('POST', `${pathOf(noteId)}/sign`, { cookie, body: { contentHash } });
      expect(again.status).toBe(200);
    }
  });
});

describe('an act that fails', () => {
  it('takes its seal back: the note stays a draft and can be signed', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    failure = 'throws';
    expect((await sign(noteId, people.attending, contentHash)).status).toBe(500);
    expect(await read(noteId)).toMatchObject({ status: 'draft', signatures: [] });
    failure = null;
    expect((await sign(noteId, people.attending, contentHash)).status).toBe(200);
  });

  it('only in its answer has signed all the same', async () => {
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    failure = 'throws-after-commit';
    expect((await sign(noteId, people.attending, contentHash)).status).toBe(200);
    expect(await read(noteId)).toMatchObject({ status: 'signed' });
  });
});

describe('a note whose encounter goes to another patient while it is signed', () => {
  it('is signed for neither; looked at again, it is signed for whose it is now', async () => {
    const { reader, writer } = deps;
    const noteId = await newNote();
    const { contentHash } = await read(noteId);
    const other = 'ba000000-0000-4000-8000-000000000002';
    const [row] = await reader.select().from(patients).where(eq(patients.id, patientId));
    await writer.commit({
      statements: [statement(reader.insert(patients).values({ ...row!, id: other }))],
    });
    const fileTo = async (id: string): Promise<void> => {
      const filing = reader.update(encounters).set({ patientId: id }).where(eq(encounters.id, encounterId));
      await writer.commit({ statements: [statement(filing)] });
    };
    meanwhile = async () => {
      meanwhile = null;
      await fileTo(other);
    };
    const { status, body } = await sign(noteId, people.attending, contentHash);
    expect({ status, body }).toMatchObject({
      status: 409,
      body: { contentHash, detail: expect.stringContaining('another patient') as string },
    });
    expect(await read(noteId)).toMatchObject({ status: 'draft', signatures: [] });
    expect((await sign(noteId, people.attending, contentHash)).status).toBe(200);
    const [signed] = await signaturesOf(noteId);
    expect(await fhir(signed!.resources.composition!)).toMatchObject({
      subject: { reference: `Patient/${other}` },
    });
    await fileTo(patientId);
  });
});
