import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { draftOrders, endDrafts, orderContent } from '../../../shared/documents/orders.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { LiveDocument, type LiveDocumentDeps } from '../../../server/collab/liveDocument.ts';
import { LiveDocuments } from '../../../server/collab/liveDocuments.ts';
import type { Peer } from '../../../server/collab/peer.ts';
import { Settlement } from '../../../server/collab/settlement.ts';
import { contentHashNow } from '../../../server/log/contentHash.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import type { SealOutcome, SealRequest } from '../../../server/log/sealing.ts';
import { memoryLog } from '../../support/memoryLog.ts';
import { steppedLog, type SteppedLog } from '../../support/steppedLog.ts';

const room = 'e/orders';
const author = { userId: 'resident', deviceId: 'desktop' };
const ended = { 'o-1': { resource: 'MedicationRequest/m1', contentHash: 'h' } };
/** As many entries as an open document folds, and some. */
const manyEdits = 520;

const deps = (log: SteppedLog, outcome: SealOutcome): LiveDocumentDeps => ({
  log,
  now: () => new Date('2026-03-02T08:00:00.000Z'),
  newId: () => 'id',
  findSealOutcome: async () => outcome,
  isUnderWay: () => false,
  onFault: (_room, error) => {
    throw error;
  },
  onChanged: () => {},
  onPresence: () => {},
  onWake: () => {},
});

const visitor = (): Peer => ({
  user: { id: 'nurse', name: 'Nurse', role: 'nurse', initials: 'N', colour: 'blue' },
  deviceId: 'tablet',
  extended: false,
  settlement: new Settlement(),
  access: { mode: 'write', orderCategories: null },
  knownAtOpening: null,
  send: () => {},
  greet: () => undefined,
  isLagging: () => false,
  close: () => {},
  refused: (_update, reason) => {
    throw new Error(reason);
  },
});

const draft = (): Y.Map<unknown> => {
  const map = new Y.Map<unknown>();
  map.set('category', 'diet');
  map.set('detail', { code: { system: 's', code: 'c', display: 'Soft diet' } });
  return map;
};

const firstDraft = (doc: Y.Doc): object => orderContent(draftOrders(doc).find(({ id }) => id === 'o-1')!);

const signing = (doc: Y.Doc): SealRequest => ({
  actId: 'act-1',
  author,
  expected: { 'o-1': contentHashNow(firstDraft(doc)) },
  views: (now) => ({ 'o-1': firstDraft(now) }),
  whole: false,
});

const signingNote: SealRequest = {
  actId: 'act-2',
  author,
  expected: { note: contentHashNow({ sections: [] }) },
  views: () => ({ note: { sections: [] } }),
  whole: true,
};

/** A basket with one draft, and somebody who goes on setting another. */
async function busyBasket(log: SteppedLog) {
  const document = await LiveDocument.load(room, registry.orders, deps(log, { outcome: 'not-committed' }));
  const peer = visitor();
  document.join(peer);
  const doc = new Y.Doc();
  doc.on('update', (update: Uint8Array) => document.receive(peer, 'update', update));
  doc.transact(() => doc.getMap('drafts').set('o-1', draft()));
  doc.transact(() => doc.getMap('drafts').set('o-2', draft()));
  const edit = (times: number): void => {
    const other = doc.getMap<Y.Map<unknown>>('drafts').get('o-2')!;
    for (let index = 0; index < times; index++) other.set('note', `as wished ${index}`);
  };
  const commit = async (): Promise<void> => {
    log.commit();
    await document.settled();
  };
  return { document, peer, doc, edit, commit };
}

describe('a seal whose outcome has not followed yet', () => {
  it('stays after the newest snapshot, so that a crash does not lose what follows of the act', async () => {
    const log = steppedLog();
    const { document, doc, edit, commit } = await busyBasket(log);
    await commit();
    const sealed = document.seal(signing(doc));
    await commit();
    expect((await sealed).ok).toBe(true);
    edit(manyEdits);
    await commit();
    document.destroy();

    const write = (loaded: Y.Doc): void => endDrafts(loaded, ended);
    const loading = LiveDocument.load(room, registry.orders, deps(log, { outcome: 'committed', write }));
    await Promise.race([loading, new Promise((resolve) => setImmediate(resolve))]);
    log.commit();
    await loading;
    const { doc: folded } = await foldDocument(log, room, registry.orders.roots);
    expect(draftOrders(folded).map(({ id }) => id)).toEqual(['o-2']);
  });

  it('is folded as ever once the act has been followed', async () => {
    const log = steppedLog();
    const { document, doc, edit, commit } = await busyBasket(log);
    await commit();
    const sealed = document.seal(signing(doc));
    await commit();
    await sealed;
    edit(manyEdits);
    await commit();
    expect((await log.load(room)).snapshot).toBeNull();
    await document.confirm('act-1', { by: 'resident', at: '', contentHash: '' });
    edit(1);
    await commit();
    await document.fold();
    expect((await log.load(room)).snapshot).not.toBeNull();
  });
});

describe('somebody who opens a document between a seal and its outcome', () => {
  it.each([
    ['nobody was in it', false],
    ['it had failed meanwhile', true],
  ])('does not take the seal back, though %s', async (_when, fails) => {
    const log = memoryLog();
    let broken = false;
    const append: typeof log.append = (group) =>
      broken ? Promise.reject(new Error('disk')) : log.append(group);
    const { isUnderWay: _, ...rest } = deps(steppedLog(), { outcome: 'not-committed' });
    const documents = new LiveDocuments({
      ...rest,
      log: { ...log, append },
      onFault: () => {},
      onAllLeft: () => {},
    });
    const first = await documents.open('e/note/n', registry.note);
    expect((await documents.seal('e/note/n', signingNote)).ok).toBe(true);
    if (fails) {
      broken = true;
      await expect(first.unseal('another', author)).rejects.toThrow('disk');
      broken = false;
    }
    const opened = await documents.open('e/note/n', registry.note);
    expect(opened === first).toBe(!fails);
    expect(opened.accessOf(visitor())).toEqual({ mode: 'read', reason: 'sealed' });
    expect(log.groups.flatMap(({ entries }) => entries).map(({ kind }) => kind)).toEqual(['seal']);

    await documents.confirm('e/note/n', 'act-2', { by: 'resident', contentHash: '' });
    expect(documents.size).toBe(0);
    await documents.close();
  });
});
