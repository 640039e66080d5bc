import '../support/repeatable.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { writeNewNote } from '../../shared/documents/note.ts';
import { Client, Server, settleAll } from '../support/controlledNetwork.ts';
import { contentOf, newBlock } from '../support/honestEdits.ts';
import { sampleData } from '../support/samples.ts';

type Patch = [at: number, deleted: number, inserted: string];
interface Concurrent {
  endContent: string;
  txns: { parents: number[]; agent: number; patches: Patch[] }[];
}
interface Sequential {
  startContent: string;
  endContent: string;
  txns: { patches: Patch[] }[];
}

const trace = <T>(name: string): T =>
  JSON.parse(gunzipSync(readFileSync(join(sampleData!, 'traces', name))).toString('utf8')) as T;

const oneSection = (doc: Y.Doc): void => writeNewNote(doc, [{ id: 's1', title: 's1', rank: 'V' }]);
const bodyOf = (doc: Y.Doc): Y.XmlFragment =>
  doc.getMap<Y.Map<unknown>>('sections').get('s1')!.get('body') as Y.XmlFragment;
const lineOf = (doc: Y.Doc): Y.XmlText => (bodyOf(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText;

function write(doc: Y.Doc, patches: readonly Patch[]): void {
  const text = lineOf(doc);
  for (const [at, deleted, inserted] of patches) {
    if (deleted > 0) text.delete(at, deleted);
    if (inserted !== '') text.insert(at, inserted);
  }
}

/** What each transaction of a trace knew of the other author's. */
function knownOfOthers(txns: Concurrent['txns'], agents: number): number[][] {
  const known: number[][] = [];
  const counts = Array.from({ length: agents }, () => 0);
  for (const [index, { parents, agent }] of txns.entries()) {
    const seen = Array.from({ length: agents }, (_, each) =>
      Math.max(0, ...parents.map((parent) => known[parent]![each]!)),
    );
    counts[agent]! += 1;
    seen[agent] = counts[agent]!;
    known[index] = seen;
  }
  return known;
}

describe.skipIf(sampleData === null)('people who really wrote, replayed', () => {
  it('two authors at once, over a slow link: nothing is refused, and the text is theirs', async () => {
    const { txns, endContent } = trace<Concurrent>('friendsforever.json.gz');
    const server = await Server.start('note', oneSection);
    const authors = [0, 1].map(
      (agent) => new Client(server, { userId: `author ${agent}`, deviceId: 'd', isWatched: false }),
    );
    for (const [agent, { doc }] of authors.entries()) doc.clientID = 1_000 + agent;
    await settleAll(authors);
    // Each author's transactions go to the service at once; the other receives them when the trace says that they knew.
    const known = knownOfOthers(txns, 2);
    const sent: Uint8Array[][] = [[], []];
    const received = [0, 0];
    for (const [agent, { doc }] of authors.entries())
      doc.on(
        'update',
        (update: Uint8Array, origin: unknown) => origin !== 'trace' && sent[agent]!.push(update),
      );
    for (const [index, { agent, patches }] of txns.entries()) {
      const author = authors[agent]!;
      const other = 1 - agent;
      const until = known[index]![other]!;
      if (received[agent]! < until) {
        Y.applyUpdate(author.doc, Y.mergeUpdates(sent[other]!.slice(received[agent], until)), 'trace');
        received[agent] = until;
      }
      author.doc.transact(() => write(author.doc, patches));
      const { connection } = author;
      while (connection!.toServer.length > 0) author.deliverToServer();
      if (index % 500 === 0) await server.commit();
    }
    await settleAll(authors);
    expect(authors.flatMap(({ refusals }) => refusals)).toEqual([]);
    expect(server.faults).toEqual([]);
    expect(server.rescues).toEqual([]);
    for (const { doc } of authors) expect(lineOf(doc).toString()).toBe(endContent);
    expect(lineOf((await server.folded()).doc).toString()).toBe(endContent);
  });

  it('20,000 edits of one author, partly offline: nothing is refused', async () => {
    const { txns, startContent } = trace<Sequential>('seph-blog1.json.gz');
    const server = await Server.start('note', oneSection);
    const author = new Client(server, { userId: 'author', deviceId: 'd', isWatched: false });
    await settleAll([author]);
    lineOf(author.doc).insert(0, startContent);
    for (const [index, { patches }] of txns.slice(0, 20_000).entries()) {
      if (index % 4_000 === 1_000) author.cut();
      if (index % 4_000 === 3_000) author.connect();
      author.doc.transact(() => write(author.doc, patches));
      while (author.connection && author.connection.toServer.length > 0) author.deliverToServer();
      if (index % 1_000 === 0) await author.exchange();
    }
    await settleAll([author]);
    expect(author.refusals).toEqual([]);
    expect(lineOf((await server.folded()).doc).toString()).toBe(lineOf(author.doc).toString());
  });
});

describe('much at once is honest too', () => {
  it('thousands of lines written, retyped and deleted offline', async () => {
    const server = await Server.start('note', oneSection);
    const nurse = new Client(server, { userId: 'nurse', deviceId: 'tablet', isWatched: false });
    const resident = new Client(server, { userId: 'resident', deviceId: 'desktop', isWatched: false });
    await settleAll([nurse, resident]);
    nurse.cut();
    for (let line = 0; line < 3_000; line++) {
      const block = newBlock(`line ${line}`);
      bodyOf(nurse.doc).insert(0, [block]);
      block.setAttribute('kind', 'check');
      block.setAttribute('kind', 'bullet');
      if (line % 3 === 0) bodyOf(nurse.doc).delete(0, 1);
      if (line % 7 === 0) bodyOf(resident.doc).push([newBlock(`resident ${line}`)]);
    }
    await settleAll([nurse, resident]);
    expect([...nurse.refusals, ...resident.refusals]).toEqual([]);
    expect(contentOf(nurse.doc, 'note')).toBe(contentOf(resident.doc, 'note'));
    expect(bodyOf(nurse.doc).length).toBe(1 + 2_000 + 429);
  });

  it('undo and redo, back and forth, while another writes: the other’s words stay', async () => {
    const server = await Server.start('note', oneSection);
    const nurse = new Client(server, { userId: 'nurse', deviceId: 'tablet', isWatched: false });
    const resident = new Client(server, { userId: 'resident', deviceId: 'desktop', isWatched: false });
    await settleAll([nurse, resident]);
    const undo = new Y.UndoManager(bodyOf(nurse.doc), { captureTimeout: 0 });
    for (let edit = 0; edit < 200; edit++) {
      lineOf(nurse.doc).insert(0, 'n');
      if (edit % 5 === 0) (bodyOf(nurse.doc).get(0) as Y.XmlElement).setAttribute('kind', 'heading');
      if (edit % 9 === 0) lineOf(nurse.doc).format(0, 1, { bold: {} });
      lineOf(resident.doc).insert(lineOf(resident.doc).length, 'r');
      if (edit % 10 === 0) await settleAll([nurse, resident]);
    }
    for (let storm = 0; storm < 10; storm++) {
      for (let back = 0; back < 150; back++) undo.undo();
      if (storm % 3 === 0) nurse.cut();
      for (let forth = 0; forth < 150; forth++) undo.redo();
      await settleAll([nurse, resident]);
    }
    while (undo.undo()) await nurse.exchange();
    await settleAll([nurse, resident]);
    expect([...nurse.refusals, ...resident.refusals]).toEqual([]);
    const shown = lineOf(resident.doc).toString();
    expect(shown.match(/r/g)).toHaveLength(200);
    expect(shown).not.toContain('n');
    expect(contentOf(nurse.doc, 'note')).toBe(contentOf(resident.doc, 'note'));
  });
});
