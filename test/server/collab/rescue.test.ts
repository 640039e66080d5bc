import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { LiveDocument } from '../../../server/collab/liveDocument.ts';
import { Client, OneDocument } from '../../support/oneDocument.ts';

let here: OneDocument;

beforeEach(() => (here = new OneDocument()));
afterEach(() => expect(here.faults).toEqual([]));

describe('text that is in nobody’s hands any more is rescued', () => {
  let server: LiveDocument;
  let nurse: Client;
  let resident: Client;
  const typeOn = (words: string): void => nurse.line(0).insert(nurse.line(0).length, words);
  /** Given back to the nurse, with its place. */
  const pain = [expect.objectContaining({ text: ' Pain 2 of 10.', where: 'sections/s1/body' })];

  beforeEach(async () => {
    server = await here.note();
    nurse = await new Client(server, 'nurse').connect();
    resident = await new Client(server, 'resident').connect();
    typeOn('Slept well.');
    await server.settled();
  });

  it('what was typed into a line that another deleted meanwhile', async () => {
    nurse.disconnect();
    typeOn(' Pain 2 of 10.');
    resident.body.delete(0, 1);
    await server.settled();
    await nurse.connect();
    expect(nurse.rescued).toEqual(pain);
    expect(resident.rescued).toEqual([]);
  });

  it.each([
    ['before it answered', true],
    ['after it answered', false],
  ])(
    'what another had typed into a line that I deleted without having seen it, merged %s',
    async (_when, mergeFirst) => {
      resident.answerPing();
      resident.disconnect();
      typeOn(' Pain 2 of 10.');
      await server.settled();
      resident.body.delete(0, 1);
      // Whoever merges the nurse's words before answering names them as deleted, and did not mean them.
      await resident.connect({ mergeFirst });
      expect(nurse.rescued).toEqual(pain);
      expect(here.log.groups.flatMap(({ rescues = [] }) => rescues)).toMatchObject([
        { userId: 'nurse', text: ' Pain 2 of 10.', place: 'sections/s1/body' },
      ]);
    },
  );

  it('what reached me after I had deleted its line, while nothing of mine got through any more', async () => {
    resident.answerPing();
    resident.mute = true;
    resident.body.delete(0, 1);
    typeOn(' Pain 2 of 10.');
    await server.settled();
    resident.disconnect();
    resident.mute = false;
    await resident.connect();
    expect(nurse.rescued).toEqual(pain);
  });

  it('but not a word that somebody took out of a line that is still there', async () => {
    typeOn(' Pain 2 of 10.');
    await server.settled();
    resident.disconnect();
    resident.line(0).delete(11, 14);
    await resident.connect();
    expect(nurse.line(0).toString()).toBe('Slept well.');
    expect(nurse.rescued).toEqual([]);
  });

  it('but not what somebody deleted knowing it, nor what its author deleted before sending', async () => {
    typeOn(' Pain 2 of 10.');
    await server.settled();
    resident.line(0).delete(11, 14);
    resident.body.delete(0, 1);
    nurse.disconnect();
    nurse.doc.transact(() => {
      const block = new Y.XmlElement('block');
      block.insert(0, [new Y.XmlText('typed and gone')]);
      nurse.body.insert(0, [block]);
    });
    nurse.body.delete(0, 1);
    await nurse.connect();
    expect([...nurse.rescued, ...resident.rescued]).toEqual([]);
  });

  it('what is typed on letter by letter is one that grows, and it says whose change took the line away', async () => {
    const type = (words: string): void => [...words].forEach(typeOn);
    resident.body.delete(0, 1);
    type(' Pain');
    const removal = here.log.groups
      .flatMap(({ entries }) => entries)
      .findLast(({ userId }) => userId === 'resident')!;
    await server.settled();
    expect(nurse.rescued.map(({ text }) => text)).toEqual([' Pain']);
    const stored = here.log.groups.flatMap(({ rescues = [] }) => rescues);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
    expect(stored.map(({ seq }) => seq)).toEqual(Array(5).fill(removal.seq));
    expect(stored.at(-1)).toMatchObject({ text: ' Pain', place: 'sections/s1/body', userId: 'nurse' });

    // Whoever has written something that stands begins anew.
    nurse.body.insert(0, [new Y.XmlElement('block')]);
    (nurse.body.get(0) as Y.XmlElement).insert(0, [new Y.XmlText('Rested.')]);
    resident.doc.getMap<Y.Map<unknown>>('sections').get('s1')!.set('title', 'Plan of care');
    await server.settled();
    resident.body.delete(0, 1);
    type(' Ate.');
    await server.settled();
    const ids = here.log.groups.flatMap(({ rescues = [] }) => rescues).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(nurse.rescued.at(-1)).toMatchObject({ text: ' Ate.' });
  });

  it('and the loser of two headings set at once', async () => {
    const title = (client: Client): Y.Map<unknown> =>
      client.doc.getMap<Y.Map<unknown>>('sections').get('s1')!;
    nurse.disconnect();
    title(nurse).set('title', 'Plan of the nurse');
    title(resident).set('title', 'Plan of the resident');
    await server.settled();
    await nurse.connect();
    const kept = title(nurse).get('title');
    const rescued = [...nurse.rescued, ...resident.rescued].map(({ text }) => text);
    expect(new Set([kept, ...rescued])).toEqual(new Set(['Plan of the nurse', 'Plan of the resident']));
  });
});
