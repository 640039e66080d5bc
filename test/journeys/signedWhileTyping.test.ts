import type * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteContent } from '../../shared/documents/note.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import { contentHashNow } from '../../server/log/contentHash.ts';
import { manyReaders } from '../../server/log/documentLog.ts';
import { encounterId } from '../support/chart.ts';
import { documentInLog, startWithChart } from '../support/chartService.ts';
import { eventually } from '../support/eventually.ts';
import { Characters, charactersIn, newBlock, visibleIn } from '../support/honestEdits.ts';
import { testPassword } from '../support/people.ts';
import { openPeer, type Peer } from '../support/provider.ts';
import { Random } from '../support/random.ts';
import { report } from '../support/seeds.ts';
import type { Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';

/** Two whose screens know of signatures, and a stock client. */
const team = [
  { name: 'nurse', ext: true },
  { name: 'resident', ext: true },
  { name: 'pharmacist', ext: false },
];
/** So many that what arrives waits for the commits' pace. */
const readAlong = manyReaders;
/** Between two edits of one typist; longer with each try to sign, for a busy machine too must find a quiet moment. */
const longestPauseMs = 30;
/** Each writes so often after the signature, however it reaches them. */
const lateEdits = 5;

describe('one signs a note while three type and many read', () => {
  let service: Service;
  const typists: { name: string; ask: ReturnType<typeof asSignedIn>; peer: Peer; typed: string[] }[] = [];
  const readers: Peer[] = [];
  let attending: ReturnType<typeof asSignedIn>;
  let path: string;
  let room: string;

  beforeAll(async () => {
    service = await startWithChart({ env: { LOG_LEVEL: 'fatal' } });
    attending = asSignedIn(service.url, await signIn(service.url, 'attending', testPassword));
    const notes = `/api/encounters/${encounterId}/notes`;
    const made = await attending(notes, { method: 'POST', body: { kind: 'multidisciplinary' } });
    const { noteId } = (await made.json()) as { noteId: string };
    path = `${notes}/${noteId}`;
    room = noteRoom(encounterId, noteId);
    for (const { name, ext } of team) {
      const cookie = await signIn(service.url, name, testPassword);
      const peer = openPeer({ url: service.url, room, cookie, ext });
      typists.push({ name, ask: asSignedIn(service.url, cookie), peer, typed: [] });
    }
    const student = await signIn(service.url, 'student', testPassword);
    for (let reader = 0; reader < readAlong; reader++)
      readers.push(openPeer({ url: service.url, room, cookie: student }));
    const everybody = [...readers, ...typists.map(({ peer }) => peer)];
    await eventually(() => expect(everybody.every(({ provider }) => provider.synced)).toBe(true));
  });
  afterAll(async () => {
    for (const peer of [...readers, ...typists.map((typist) => typist.peer)]) peer.close();
    await service.close();
  });

  it('what is signed is what its signer saw; what came too late is with its author', async () => {
    const random = new Random(Date.now());
    const characters = new Characters();
    const bodyOf = (doc: Y.Doc): Y.XmlFragment =>
      [...doc.getMap<Y.Map<unknown>>('sections').values()][0]!.get('body') as Y.XmlFragment;
    const typing = new Set<NodeJS.Timeout>();
    let tries = 0;
    let isSigned = false;
    let typingOn = typists.length;
    for (const { peer, typed } of typists) {
      let late = 0;
      const next = (): void => {
        const text = characters.take(random.between(1, 3));
        typed.push(...text);
        const body = bodyOf(peer.doc);
        body.insert(random.below(body.length + 1), [newBlock(text)]);
        if (isSigned && ++late >= lateEdits) return void typingOn--;
        typing.add(setTimeout(next, random.below(longestPauseMs * (isSigned ? 1 : tries))));
      };
      next();
    }

    let contentHash = '';
    try {
      await eventually(async () => {
        tries++;
        const seen = (await (await attending(path)).json()) as { contentHash: string };
        contentHash = seen.contentHash;
        const answer = await attending(`${path}/sign`, { method: 'POST', body: { contentHash } });
        if (answer.status !== 200) expect(answer.status).toBe(409);
        expect(answer.status).toBe(200);
      });
      isSigned = true;
      await eventually(() => expect(typingOn).toBe(0));
    } finally {
      for (const timer of typing) clearTimeout(timer);
    }

    const signed = await documentInLog(service.folder, room);
    expect(contentHashNow(noteContent(signed))).toBe(contentHash);
    expect(await (await attending(path)).json()).toMatchObject({ status: 'signed', contentHash });
    const inNote = visibleIn(signed, 'note');
    let late = 0;
    for (const { name, ask, peer, typed } of typists) {
      await eventually(async () => {
        const kept = (await (await ask('/api/quarantine')).json()) as {
          items: { reason: string; texts: { text: string }[] }[];
        };
        const listed = charactersIn(kept.items.flatMap(({ texts }) => texts.map(({ text }) => text)).join());
        const nowhere = typed.filter((each) => !inNote.has(each) && !listed.has(each));
        expect({ name, nowhere }).toEqual({ name, nowhere: [] });
        expect(kept.items.map(({ reason }) => reason)).toContain('sealed');
        // Nothing is in both places: what was signed is not offered again.
        const twice = [...listed].filter((each) => inNote.has(each));
        expect({ name, twice }).toEqual({ name, twice: [] });
        late = Math.max(late, listed.size);
      });
      if (name === 'pharmacist') continue;
      expect(peer.heard.sealed).toMatchObject([{ contentHash }]);
      expect(peer.heard.rejected).toMatchObject([{ reason: 'sealed' }]);
    }
    report(`Signed at try ${tries}; up to ${late} characters of one author came after it.`);
  });
});
