import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { draftOrders } from '../../../shared/documents/orders.ts';
import type { LiveDocument } from '../../../server/collab/liveDocument.ts';
import { Client, dose, OneDocument, order } from '../../support/oneDocument.ts';

let here: OneDocument;

beforeEach(() => (here = new OneDocument()));
afterEach(() => expect(here.faults).toEqual([]));

const contested = (client: Client): { path: string; values: { value: unknown; user: string }[] }[] => [
  ...client.doc.getMap<{ path: string; values: { value: unknown; user: string }[] }>('contested').values(),
];

describe('two values at once', () => {
  let server: LiveDocument;
  let resident: Client;
  let pharmacist: Client;

  beforeEach(async () => {
    server = await here.basket();
    resident = await new Client(server, 'resident').connect();
    pharmacist = await new Client(server, 'pharmacist').connect();
    resident.drafts.set('o1', order('10'));
    await server.settled();
  });

  it('are both kept, neither is used, and both people see it', async () => {
    pharmacist.disconnect();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await server.settled();
    await pharmacist.connect();
    for (const client of [resident, pharmacist]) {
      expect(client.drafts.get('o1')!.get('detail')).toEqual({ contested: expect.any(String) });
      expect(contested(client)).toHaveLength(1);
      expect(contested(client)[0]).toMatchObject({ path: 'drafts/o1/detail' });
      expect(contested(client)[0]!.values).toMatchObject([
        { value: dose('40'), user: 'resident' },
        { value: dose('20'), user: 'pharmacist' },
      ]);
    }
    expect(draftOrders(resident.doc)[0]).toMatchObject({ contested: true });
  });

  it('are settled by a set on top of the marker', async () => {
    pharmacist.disconnect();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await pharmacist.connect();
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await server.settled();
    for (const client of [resident, pharmacist]) {
      expect(client.drafts.get('o1')!.get('detail')).toEqual(dose('40'));
      expect(contested(client)).toEqual([]);
    }
  });

  it('grow to three, and a second thought replaces the first', async () => {
    const attending = await new Client(server, 'attending').connect();
    pharmacist.disconnect();
    attending.disconnect();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    attending.drafts.get('o1')!.set('detail', dose('80'));
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await pharmacist.connect();
    await attending.connect();
    expect(contested(resident)[0]!.values.map(({ value }) => value)).toEqual([
      dose('40'),
      dose('20'),
      dose('80'),
    ]);
    expect(resident.drafts.get('o1')!.get('detail')).toEqual({ contested: expect.any(String) });
  });

  it('are a disagreement also between one person’s two devices, and when one of them clears', async () => {
    const desktop = await new Client(server, 'resident', 'a desktop').connect();
    desktop.disconnect();
    desktop.drafts.get('o1')!.set('priority', 'stat');
    resident.drafts.get('o1')!.set('priority', null);
    await desktop.connect();
    expect(contested(resident)[0]!.values.map(({ value }) => value)).toEqual([null, 'stat']);
  });

  it('raise no alarm when one comes after the other, online or offline, nor when both are the same', async () => {
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await server.settled();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    await server.settled();
    resident.disconnect();
    for (const value of ['1', '2', '3']) resident.drafts.get('o1')!.set('detail', dose(value));
    await resident.connect();
    expect(pharmacist.drafts.get('o1')!.get('detail')).toEqual(dose('3'));
    resident.disconnect();
    resident.drafts.get('o1')!.set('detail', dose('5'));
    pharmacist.drafts.get('o1')!.set('detail', dose('5'));
    await resident.connect();
    for (const client of [resident, pharmacist]) {
      expect(contested(client)).toEqual([]);
      expect(client.drafts.get('o1')!.get('detail')).toEqual(dose('5'));
    }
  });

  it('cannot be forged: only the server writes a marker', async () => {
    resident.drafts.get('o1')!.set('detail', { contested: 'x' });
    expect(resident.refusals).toEqual(['forbidden-content']);
  });
});
