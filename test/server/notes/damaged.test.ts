import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { audit } from '../../../server/audit/tables.ts';
import { entryAfter } from '../../../server/log/entries.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { createNoteStatements } from '../../../server/notes/acts.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { noteRoom } from '../../../shared/documents/room.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { people } from '../../support/people.ts';
import { tamper } from '../../support/tamper.ts';

const { attending } = people;
let service: TestApp;
let cookie: string;
const said: unknown[] = [];
beforeAll(async () => {
  service = await testApp();
  await seedEncounter(service.deps);
  service.deps.logger.fatal = (about: unknown) => void said.push(about);
  cookie = await service.cookieOf(attending);
});
afterAll(() => service.close());

const write = (doc: Y.Doc, text: string): void => {
  const [section] = doc.getMap<Y.Map<unknown>>('sections').values();
  const block = new Y.XmlElement('block');
  block.insert(0, [new Y.XmlText(text)]);
  (section!.get('body') as Y.XmlFragment).push([block]);
};

const pathOf = (noteId: string): string => `/api/encounters/${encounterId}/notes/${noteId}`;
async function read(noteId: string) {
  const response = await service.ask('GET', pathOf(noteId), { cookie });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function signedNote(): Promise<string> {
  const { deps } = service;
  const id = deps.newId();
  const author = { userId: attending.id, deviceId: 'desk' };
  const turns = [{ author, at: deps.now().toISOString(), write: (doc: Y.Doc) => write(doc, 'Weigh daily') }];
  const note = { id, encounterId, kind: 'progress' as const, authorId: attending.id, at: deps.now(), turns };
  await deps.writer.commit({ statements: createNoteStatements(deps, note) });
  const { contentHash } = (await read(id)).body;
  const signed = await service.ask('POST', `${pathOf(id)}/sign`, { cookie, body: { contentHash } });
  expect(signed.status).toBe(200);
  return id;
}

/** An entry well made and well chained, as only somebody with the database in their hands can put there. */
async function slipIn(noteId: string): Promise<void> {
  const { log, now } = service.deps;
  const document = noteRoom(encounterId, noteId);
  const { doc, head } = await foldDocument(log, document, registry.note.roots);
  const before = Y.encodeStateVector(doc);
  write(doc, 'Weigh weekly');
  await log.append({
    entries: [
      entryAfter(head, {
        document,
        kind: 'update',
        lease: doc.clientID,
        at: now().toISOString(),
        bytes: Y.encodeStateAsUpdate(doc, before),
        userId: attending.id,
        deviceId: 'desk',
      }),
    ],
  });
}

const logOf = (noteId: string): string => `document = '${noteRoom(encounterId, noteId)}'`;
const damages: [string, (noteId: string) => Promise<void>][] = [
  ['whose log has gone on after it was signed', slipIn],
  [
    'in whose log a bit has flipped',
    (noteId) =>
      tamper(service.deps, [
        `UPDATE document_log SET bytes = CAST(replace(CAST(bytes AS TEXT), 'daily', 'daisy') AS BLOB) WHERE ${logOf(noteId)}`,
      ]),
  ],
  [
    'whose signature names another hash',
    (noteId) =>
      tamper(service.deps, [
        `UPDATE signatures SET content_hash = '${'0'.repeat(64)}' WHERE ${logOf(noteId)}`,
      ]),
  ],
];

beforeEach(() => {
  said.length = 0;
});

describe.each(damages)('a signed note %s', (_how, damage) => {
  test('is shown to nobody, and who runs the service and the trail are told; the others are as they were', async () => {
    const [damaged, sound] = [await signedNote(), await signedNote()];
    expect((await read(damaged)).status).toBe(200);
    await damage(damaged);

    const answer = await read(damaged);
    expect(answer).toMatchObject({ status: 500, body: { type: 'damaged' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/weigh/i);
    expect(said).toEqual([{ entity: `note/${damaged}`, version: undefined }]);
    const rows = await service.deps.reader
      .select()
      .from(audit)
      .where(and(eq(audit.action, 'resource:damaged'), eq(audit.entity, `note/${damaged}`)));
    expect(rows).toMatchObject([{ outcome: 'failure', userId: attending.id, patientId, encounterId }]);
    expect(JSON.stringify(rows)).not.toMatch(/weigh/i);

    expect(await read(sound)).toMatchObject({ status: 200, body: { status: 'signed' } });
    expect(said).toHaveLength(1);
  });
});
