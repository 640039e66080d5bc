import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { registry, type DocumentAccess } from '../../../shared/documents/registry.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { judge, type GateView, type Verdict } from '../../../server/collab/gate.ts';
import { ShapeMap } from '../../../server/collab/paths.ts';
import { emptyDocument } from '../../../server/log/fold.ts';

const write: DocumentAccess = { mode: 'write', orderCategories: null };
const read: DocumentAccess = { mode: 'read', reason: 'role' };

/** The server's side of one document: judges, and applies what it accepts. */
class ServerDouble {
  readonly doc: Y.Doc;
  readonly #shapes: ShapeMap;
  readonly #leases = new Map<number, string>();

  constructor(kind: 'note' | 'orders' | 'care-plan') {
    this.doc = emptyDocument(registry[kind].roots);
    this.#shapes = new ShapeMap(registry[kind].roots);
    if (kind === 'note') writeNewNote(this.doc, [{ id: 's1', title: 'Plan', rank: 'V' }]);
  }

  judge(update: Uint8Array, user = 'nurse', access = write): Verdict {
    const view: GateView = {
      doc: this.doc,
      shapes: this.#shapes,
      access,
      holds: (clientId) => {
        if (clientId === this.doc.clientID) return 'foreign';
        const holder = this.#leases.get(clientId);
        return holder === undefined ? 'free' : holder === user ? 'theirs' : 'foreign';
      },
    };
    return judge(update, view);
  }

  take(update: Uint8Array, user = 'nurse', access = write): Verdict {
    const verdict = this.judge(update, user, access);
    if (verdict.verdict === 'accept') {
      for (const clientId of verdict.claims) this.#leases.set(clientId, user);
      Y.applyUpdate(this.doc, update);
      expect(this.doc.store.pendingStructs).toBeNull();
      expect(this.doc.store.pendingDs).toBeNull();
    }
    return verdict;
  }

  client(): Y.Doc {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.doc));
    return doc;
  }
}

/** The update that a change makes on a client. */
function change(doc: Y.Doc, make: (doc: Y.Doc) => void): Uint8Array {
  const before = Y.encodeStateVector(doc);
  const updates: Uint8Array[] = [];
  const listen = (update: Uint8Array): void => void updates.push(update);
  doc.on('update', listen);
  doc.transact(() => make(doc));
  doc.off('update', listen);
  return updates[0] ?? Y.encodeStateAsUpdate(doc, before);
}

const body = (doc: Y.Doc): Y.XmlFragment =>
  doc.getMap<Y.Map<unknown>>('sections').get('s1')!.get('body') as Y.XmlFragment;
const firstText = (doc: Y.Doc): Y.XmlText => (body(doc).get(0) as Y.XmlElement).get(0) as Y.XmlText;

const block = (kind = 'paragraph'): Y.XmlElement => {
  const element = new Y.XmlElement('block');
  element.setAttribute('kind', kind);
  element.insert(0, [new Y.XmlText()]);
  return element;
};

const order = (category: string): Y.Map<unknown> => {
  const draft = new Y.Map<unknown>();
  draft.set('category', category);
  draft.set('detail', { code: { system: 's', code: 'c', display: 'd' } });
  return draft;
};

const accepted = expect.objectContaining({ verdict: 'accept' });
const refusedFor = (reason: string): unknown => ({ verdict: 'refuse', reason });

describe('what an honest client does is accepted', () => {
  it('typing, retyping a line, marking, indenting, splitting and deleting in a note', () => {
    const server = new ServerDouble('note');
    const client = server.client();
    const steps: ((doc: Y.Doc) => void)[] = [
      (doc) => firstText(doc).insert(0, 'Sit out for breakfast'),
      (doc) => firstText(doc).format(0, 3, { bold: {} }),
      (doc) => firstText(doc).insert(3, 'x', { bold: {} }),
      (doc) => (body(doc).get(0) as Y.XmlElement).setAttribute('kind', 'check'),
      (doc) => (body(doc).get(0) as Y.XmlElement).setAttribute('kind', 'bullet'),
      (doc) => (body(doc).get(0) as Y.XmlElement).removeAttribute('kind'),
      (doc) => body(doc).insert(1, [block()]),
      (doc) => firstText(doc).delete(2, 5),
      (doc) => body(doc).delete(1, 1),
      (doc) => doc.getMap<Y.Map<unknown>>('sections').get('s1')!.set('title', 'Plan for today'),
    ];
    for (const step of steps) expect(server.take(change(client, step))).toEqual(accepted);
    expect(body(server.doc).toString()).toBe(body(client).toString());
  });

  it('an offline sync that holds what was typed and deleted before it was ever sent', () => {
    const server = new ServerDouble('note');
    const client = server.client();
    for (let line = 0; line < 200; line++) {
      client.transact(() => body(client).insert(0, [block()]));
      firstText(client).insert(0, `line ${line}`);
      if (line % 3 === 0) body(client).delete(0, 1);
    }
    const missing = Y.encodeStateAsUpdate(client, Y.encodeStateVector(server.doc));
    expect(server.take(missing)).toEqual(accepted);
    expect(body(server.doc).toString()).toBe(body(client).toString());
  });

  it('undo and redo of own edits', () => {
    const server = new ServerDouble('note');
    const client = server.client();
    const undo = new Y.UndoManager(body(client), { captureTimeout: 0 });
    const updates: Uint8Array[] = [];
    client.on('update', (update: Uint8Array) => updates.push(update));
    firstText(client).insert(0, 'warfarin 3 mg');
    firstText(client).delete(0, 4);
    undo.undo();
    undo.undo();
    undo.redo();
    for (const update of updates) expect(server.take(update)).toEqual(accepted);
    expect(body(server.doc).toString()).toBe(body(client).toString());
  });

  it('a draft order, set again and again, and removed by a flag', () => {
    const server = new ServerDouble('orders');
    const client = server.client();
    const drafts = (doc: Y.Doc): Y.Map<Y.Map<unknown>> => doc.getMap('drafts');
    expect(server.take(change(client, (doc) => drafts(doc).set('o-1', order('medication'))))).toEqual(
      accepted,
    );
    for (const value of ['3', '4', '5']) {
      const detail = { code: { system: 's', code: 'c', display: 'd' }, dose: { value, unit: 'mg' } };
      expect(server.take(change(client, (doc) => drafts(doc).get('o-1')!.set('detail', detail)))).toEqual(
        accepted,
      );
    }
    expect(server.take(change(client, (doc) => drafts(doc).get('o-1')!.set('removed', true)))).toEqual(
      accepted,
    );
  });

  it('a problem with its lists in one transaction, then goals and an evaluation', () => {
    const server = new ServerDouble('care-plan');
    const client = server.client();
    const problems = (doc: Y.Doc): Y.Map<Y.Map<unknown>> => doc.getMap('problems');
    const create = change(client, (doc) => {
      const problem = new Y.Map<unknown>();
      problem.set('title', 'Falls risk');
      problem.set('rank', 'V');
      problem.set('goals', new Y.Map());
      problem.set('interventions', new Y.Map());
      problem.set('evaluation', new Y.XmlFragment());
      problems(doc).set('p-1', problem);
    });
    expect(server.take(create)).toEqual(accepted);
    const goal = change(client, (doc) => {
      const map = new Y.Map<unknown>();
      map.set('description', 'Walks to bathroom');
      (problems(doc).get('p-1')!.get('goals') as Y.Map<unknown>).set('g-1', map);
    });
    expect(server.take(goal)).toEqual(accepted);
    const evaluation = change(client, (doc) =>
      (problems(doc).get('p-1')!.get('evaluation') as Y.XmlFragment).insert(0, [block()]),
    );
    expect(server.take(evaluation)).toEqual(accepted);
  });
});

describe('what an honest reconnect repeats is ignored', () => {
  it('known structs, deletions of others, an empty sync', () => {
    const server = new ServerDouble('note');
    const client = server.client();
    server.take(change(client, (doc) => firstText(doc).insert(0, 'abc')));
    server.take(change(client, (doc) => firstText(doc).delete(0, 1)));
    expect(server.judge(Y.encodeStateAsUpdate(client), 'somebody else')).toEqual({ verdict: 'ignore' });
    expect(server.judge(Y.encodeStateAsUpdate(client), 'student', read)).toEqual({ verdict: 'ignore' });
    expect(server.judge(Y.encodeStateAsUpdate(new Y.Doc()))).toEqual({ verdict: 'ignore' });
  });
});

describe('a gap is asked about', () => {
  it('when an update before this one has not come', () => {
    const server = new ServerDouble('note');
    const client = server.client();
    change(client, (doc) => firstText(doc).insert(0, 'lost'));
    const second = change(client, (doc) => firstText(doc).insert(4, ' and found'));
    expect(server.judge(second)).toEqual({ verdict: 'resync' });
    expect(server.judge(second, 'student', read)).toEqual(refusedFor('no-permission'));
  });
});

describe('what must not come in is refused', () => {
  const refusals: [string, 'note' | 'orders' | 'care-plan', (doc: Y.Doc) => void, string][] = [
    ['an unknown root', 'note', (doc) => doc.getMap('secrets').set('a', 1), 'unknown-root'],
    [
      'a section made by a client',
      'note',
      (doc) => doc.getMap('sections').set('s2', new Y.Map()),
      'forbidden-key',
    ],
    ['a section replaced', 'note', (doc) => doc.getMap('sections').set('s1', new Y.Map()), 'forbidden-key'],
    ['a section deleted', 'note', (doc) => doc.getMap('sections').delete('s1'), 'deleted-key'],
    [
      'an unknown node',
      'note',
      (doc) => body(doc).insert(0, [new Y.XmlElement('script')]),
      'forbidden-content',
    ],
    [
      'an unknown attribute',
      'note',
      (doc) => (body(doc).get(0) as Y.XmlElement).setAttribute('onclick', 'x'),
      'forbidden-key',
    ],
    [
      'a wrong attribute value',
      'note',
      (doc) => (body(doc).get(0) as Y.XmlElement).setAttribute('kind', 'iframe'),
      'forbidden-content',
    ],
    [
      'a script link',
      'note',
      (doc) => firstText(doc).insert(0, 'x', { link: { href: 'javascript:alert(1)' } }),
      'forbidden-content',
    ],
    ['an unknown mark', 'note', (doc) => firstText(doc).insert(0, 'x', { blink: {} }), 'forbidden-content'],
    ['an embed', 'note', (doc) => firstText(doc).insertEmbed(0, { image: 'x' }), 'forbidden-content'],
    ['text right in a body', 'note', (doc) => body(doc).insert(0, [new Y.XmlText('x')]), 'forbidden-content'],
    ['a sub-document', 'orders', (doc) => doc.getMap('drafts').set('o-1', new Y.Doc()), 'forbidden-content'],
    ['bytes', 'orders', (doc) => doc.getMap('drafts').set('o-1', new Uint8Array(4)), 'forbidden-content'],
    ['list content inside a map', 'orders', (doc) => doc.getArray('drafts').insert(0, ['x']), 'wrong-place'],
    [
      'a value where an order must be',
      'orders',
      (doc) => doc.getMap('drafts').set('o-1', 'x'),
      'forbidden-content',
    ],
    [
      'an array where an order must be',
      'orders',
      (doc) => doc.getMap('drafts').set('o-1', new Y.Array()),
      'forbidden-content',
    ],
    [
      'a prototype as a key',
      'orders',
      (doc) => doc.getMap('drafts').set('__proto__', order('diet')),
      'forbidden-key',
    ],
    [
      'the mark of an ended order',
      'orders',
      (doc) => {
        const draft = order('diet');
        draft.set('ended', { resource: 'x', contentHash: 'y' });
        doc.getMap('drafts').set('o-1', draft);
      },
      'forbidden-key',
    ],
    [
      'a contested value written by a client',
      'orders',
      (doc) => doc.getMap('contested').set('c-1', { path: 'x' }),
      'forbidden-key',
    ],
    [
      'an unknown category',
      'orders',
      (doc) => doc.getMap('drafts').set('o-1', order('poison')),
      'forbidden-content',
    ],
    [
      'an unknown key of a goal',
      'care-plan',
      (doc) => {
        const problem = new Y.Map<unknown>();
        problem.set('constructor', 'x');
        doc.getMap('problems').set('p-1', problem);
      },
      'forbidden-key',
    ],
  ];

  it.each(refusals)('%s', (_name, kind, make, reason) => {
    const server = new ServerDouble(kind);
    const before = Y.encodeStateAsUpdate(server.doc);
    expect(server.judge(change(server.client(), make))).toEqual(refusedFor(reason));
    expect(Y.encodeStateAsUpdate(server.doc)).toEqual(before);
  });

  it('an update by somebody who may only read', () => {
    const server = new ServerDouble('note');
    const update = change(server.client(), (doc) => firstText(doc).insert(0, 'x'));
    expect(server.judge(update, 'student', read)).toEqual(refusedFor('no-permission'));
  });

  it("an edit under somebody else's client id, or the server's own", () => {
    const server = new ServerDouble('note');
    const nurse = server.client();
    server.take(
      change(nurse, (doc) => firstText(doc).insert(0, 'mine')),
      'nurse',
    );
    const forger = server.client();
    forger.clientID = nurse.clientID;
    const update = change(forger, (doc) => firstText(doc).insert(4, ' forged'));
    expect(server.judge(update, 'resident')).toEqual(refusedFor('foreign-client'));
    const asServer = server.client();
    asServer.clientID = server.doc.clientID;
    expect(server.judge(change(asServer, (doc) => firstText(doc).insert(0, 'x')))).toEqual(
      refusedFor('foreign-client'),
    );
  });

  it('a second creation of an order that is already there', () => {
    const server = new ServerDouble('orders');
    const first = server.client();
    const second = server.client();
    server.take(change(first, (doc) => doc.getMap('drafts').set('o-1', order('diet'))));
    const again = change(second, (doc) => doc.getMap('drafts').set('o-1', order('medication')));
    expect(server.judge(again, 'resident')).toEqual(refusedFor('second-creation'));
  });

  it("a change of an order's category", () => {
    const server = new ServerDouble('orders');
    const client = server.client();
    server.take(change(client, (doc) => doc.getMap('drafts').set('o-1', order('therapy'))));
    const update = change(client, (doc) =>
      doc.getMap<Y.Map<unknown>>('drafts').get('o-1')!.set('category', 'medication'),
    );
    expect(server.judge(update)).toEqual(refusedFor('second-creation'));
  });

  it('an order outside the categories that a physiotherapist may propose', () => {
    const therapy: DocumentAccess = { mode: 'write', orderCategories: ['therapy'] };
    const server = new ServerDouble('orders');
    const client = server.client();
    server.take(
      change(client, (doc) => doc.getMap('drafts').set('o-1', order('medication'))),
      'resident',
    );
    const physio = server.client();
    const propose = (category: string, id: string): Uint8Array =>
      change(server.client(), (doc) => doc.getMap('drafts').set(id, order(category)));
    expect(server.judge(propose('therapy', 'o-2'), 'physio', therapy)).toEqual(accepted);
    expect(server.judge(propose('medication', 'o-3'), 'physio', therapy)).toEqual(
      refusedFor('order-category'),
    );
    const edit = change(physio, (doc) => doc.getMap<Y.Map<unknown>>('drafts').get('o-1')!.set('note', 'x'));
    expect(server.judge(edit, 'physio', therapy)).toEqual(refusedFor('order-category'));
  });

  it('a deletion of what nobody has written yet', () => {
    const server = new ServerDouble('note');
    const victim = server.client();
    const attacker = server.client();
    const update = change(attacker, (doc) => firstText(doc).insert(0, 'x'));
    const { structs } = Y.decodeUpdate(update);
    expect(structs).toHaveLength(1);
    // The same update with a delete set that names the victim's future text.
    const forged = withDeletion(update, victim.clientID, 0, 1000);
    expect(server.judge(forged)).toEqual(refusedFor('future-deletion'));
  });

  it('frames that do not decode, and bytes cut off anywhere', () => {
    const server = new ServerDouble('note');
    const update = change(server.client(), (doc) => firstText(doc).insert(0, 'some text'));
    for (let length = 0; length < update.length - 1; length++) {
      const { verdict } = server.judge(update.slice(0, length));
      expect(['refuse', 'ignore']).toContain(verdict);
    }
  });
});

/** Appends one range to the delete set of an update that has none. */
function withDeletion(update: Uint8Array, client: number, clock: number, length: number): Uint8Array {
  const varUint = (value: number): number[] => {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    return [...bytes, value];
  };
  return new Uint8Array([
    ...update.slice(0, -1),
    1,
    ...varUint(client),
    1,
    ...varUint(clock),
    ...varUint(length),
  ]);
}
