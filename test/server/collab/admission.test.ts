import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuth, type Auth } from '../../../server/auth/auth.ts';
import { CollabServer } from '../../../server/collab/server.ts';
import { statement } from '../../../server/db/batch.ts';
import type { DocumentLog } from '../../../server/log/documentLog.ts';
import { encounters, patients } from '../../../server/records/tables.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { people, seedPeople, siteA, testPassword } from '../../support/people.ts';
import { openPeer, type Peer } from '../../support/provider.ts';
import { RawSocket, upgradeRequest } from '../../support/rawSocket.ts';

const room = `${encounterId}/orders`;

let db: TestDatabase;
let auth: Auth;
let collab: CollabServer;
let server: Server;
let port: number;
let cookie: string;
/** Reading a document's log waits for this. */
let mayLoad: Promise<void>;
let isLoading: boolean;
const peers: Peer[] = [];

beforeEach(async () => {
  db = await testDatabase();
  await seedPeople(db);
  await seedEncounter(db);
  auth = createAuth(db);
  mayLoad = Promise.resolve();
  isLoading = false;
  const load: DocumentLog['load'] = async (document) => {
    isLoading = true;
    await mayLoad;
    return db.log.load(document);
  };
  collab = new CollabServer({
    ...db,
    log: { ...db.log, load },
    auth,
    isOwnOrigin: () => true,
    findSealOutcome: async () => ({ outcome: 'not-committed' }),
    onChanged: () => {},
    onAllLeft: () => {},
    onRefused: () => {},
    onPresence: () => {},
  });
  server = createServer();
  server.on('upgrade', (request, socket, head) => void collab.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  const credentials = { username: people.nurse.username, password: testPassword, address: 'a' };
  const signedIn = await auth.signIn({ ...credentials, deviceId: null, cookieHeader: null });
  if (!signedIn.ok) throw new Error('Nobody was signed in.');
  cookie = `cochart_session=${signedIn.value.token}`;
});

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await collab.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await db.close();
});

const come = (params: Record<string, string> = {}): Peer => {
  const peer = openPeer({ url: `http://127.0.0.1:${port}`, room, cookie, params });
  peers.push(peer);
  return peer;
};

describe('whoever is not let in after all', () => {
  it('leaves no document in memory: one who asks for an epoch that is over', async () => {
    const peer = come({ epoch: '0' });
    await eventually(() => expect(peer.closes[0]).toBe(4410));
    await eventually(() => expect(collab.documents.size).toBe(0));
  });

  it('leaves no document in memory: one whose session ended while it was opened', async () => {
    vi.spyOn(auth, 'isLive').mockResolvedValue(null);
    const peer = come();
    await eventually(() => expect(peer.closes[0]).toBe(4401));
    await eventually(() => expect(collab.documents.size).toBe(0));
  });

  it('leaves no document in memory: one who does not speak the protocol', async () => {
    const raw = new RawSocket(port);
    raw.socket.write(
      upgradeRequest(`/collab/${room}`, { Cookie: cookie }).replace('Version: 13', 'Version: 7'),
    );
    await eventually(() => expect(raw.isOver).toBe(true));
    expect(isLoading).toBe(true);
    await eventually(() => expect(collab.documents.size).toBe(0));
  });
});

describe('an encounter that is filed to another patient while somebody opens it', () => {
  it('is opened again, so that the trail says whose chart it is', async () => {
    let load = (): void => {};
    mayLoad = new Promise((resolve) => (load = resolve));
    const peer = come();
    await eventually(() => expect(isLoading).toBe(true));
    const other = {
      id: patientId.replace('ba', 'bb'),
      siteId: siteA,
      family: 'Other',
      given: 'Ona',
      birthDate: '1957-02-14',
      sex: 'female',
      mrn: '44712087',
      searchText: ' other ona',
    };
    const refile = db.reader
      .update(encounters)
      .set({ patientId: other.id })
      .where(eq(encounters.id, encounterId));
    await db.writer.commit({
      statements: [statement(db.reader.insert(patients).values(other)), statement(refile)],
    });
    await collab.reconsider([encounterId]);
    load();
    await eventually(() => expect(peer.closes[0]).toBe(1012));
    await eventually(() => expect(peer.provider.synced).toBe(true));
  });
});
