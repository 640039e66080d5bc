import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { draftOrders, orderContent } from '../../../shared/documents/orders.ts';
import { contentHashNow } from '../../../server/log/contentHash.ts';
import { eventually } from '../../support/eventually.ts';
import { Client, dose, OneDocument, order } from '../../support/oneDocument.ts';

let here: OneDocument;

beforeEach(() => (here = new OneDocument()));
afterEach(() => expect(here.faults).toEqual([]));

describe('a seal', () => {
  const views = (doc: Y.Doc): Record<string, unknown> =>
    Object.fromEntries(draftOrders(doc).map((draft) => [draft.id, orderContent(draft)]));

  it('takes only what still is what the signer saw, and says what it is now', async () => {
    const server = await here.basket();
    const resident = await new Client(server, 'resident').connect();
    resident.drafts.set('o1', order('10'));
    resident.drafts.set('o2', order('20'));
    await server.settled();
    const seen = views(resident.doc);
    resident.drafts.get('o2')!.set('detail', dose('25'));
    const expected = Object.fromEntries(Object.entries(seen).map(([id, view]) => [id, contentHashNow(view)]));
    const author = { userId: 'attending', deviceId: 'd' };
    const sealed = await server.seal({
      actId: 'a1',
      author,
      expected: { ...expected, o3: 'x' },
      views,
      whole: false,
    });
    expect(sealed).toMatchObject({
      ok: true,
      value: { views: { o1: seen.o1 }, mismatched: { o2: contentHashNow(views(resident.doc).o2), o3: null } },
    });
  });

  it('of a whole note ends it: what comes later is refused, and an act that failed opens it again', async () => {
    const server = await here.note();
    const nurse = await new Client(server, 'nurse').connect();
    nurse.line(0).insert(0, 'Signed.');
    await server.settled();
    const author = { userId: 'nurse', deviceId: 'd' };
    const view = { text: 'as seen' };
    const expected = { note: contentHashNow(view) };
    const request = { actId: 'a1', author, expected, views: () => ({ note: view }), whole: true };
    expect(await server.seal(request)).toMatchObject({ ok: true });
    expect(await server.seal({ ...request, actId: 'a2' })).toMatchObject({ ok: false });
    nurse.line(0).insert(0, 'Late. ');
    expect(nurse.refusals).toEqual(['sealed']);
    await server.unseal('a1', author);
    const resident = await new Client(server, 'resident').connect();
    resident.line(0).insert(7, ' Again.');
    await server.settled();
    expect(resident.refusals).toEqual([]);
    expect(here.log.groups.flatMap(({ entries }) => entries.map(({ kind }) => kind))).toEqual([
      'update',
      'update',
      'seal',
      'unseal',
      'update',
    ]);
  });

  it('without its act is taken back when the document loads, and one with its act stands', async () => {
    const server = await here.note();
    const view = { text: 'as seen' };
    const author = { userId: 'nurse', deviceId: 'd' };
    await server.seal({
      actId: 'a1',
      author,
      expected: { note: contentHashNow(view) },
      views: () => ({ note: view }),
      whole: true,
    });
    server.destroy();
    const stands = await here.noteAgain({ findSealOutcome: async () => ({ outcome: 'committed' }) });
    const nurse = await new Client(stands, 'nurse').connect();
    nurse.line(0).insert(0, 'x');
    expect(nurse.refusals).toEqual(['sealed']);
    stands.destroy();
    const again = await here.noteAgain();
    const other = await new Client(again, 'nurse').connect();
    other.line(0).insert(0, 'x');
    await eventually(() => expect(other.peer!.settlement.count).toBe(2));
    expect(other.refusals).toEqual([]);
  });
});
