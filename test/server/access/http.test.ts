import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeList } from '../../../server/app.ts';
import { createNoteStatements } from '../../../server/notes/acts.ts';
import { noteKinds } from '../../../shared/notes/kinds.ts';
import { roles } from '../../../shared/access/capabilities.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { quarantined, rescuedText, typing } from '../../support/keptText.ts';
import { people, wardOfA } from '../../support/people.ts';
import { seedPeopleOfB } from './peopleOfB.ts';
import {
  bundleOf,
  httpTable,
  importedEncounter,
  importedId,
  keptIdOf,
  kindsOf,
  noteId,
  noteIdOf,
  outcomeOf,
  type HttpRow,
  type Outcome,
  type Visitor,
} from './table.ts';
import { namedVisitors, personOf } from './visitors.ts';

let folder: string;
let service: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cochart-client-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  service = await testApp({ clientFolder: folder });
  const { deps } = service;
  await seedEncounter(deps);
  await seedPeopleOfB(deps);
  const admin = await service.cookieOf(people.admin);
  for (const body of [bundleOf(importedId, 'Testcase'), importedEncounter]) {
    const imported = await service.ask('POST', '/fhir/R4', { cookie: admin, body });
    expect(imported.status).toBe(200);
  }
  await deps.writer.commit({
    statements: noteKinds.flatMap((kind) =>
      createNoteStatements(deps, {
        id: noteIdOf(kind),
        encounterId,
        kind,
        authorId: people.attending.id,
        at: deps.now(),
      }),
    ),
  });
  await deps.writer.commit({
    statements: roles.flatMap((role) => {
      const kept = { id: keptIdOf(role), userId: people[role].id };
      return [
        quarantined(deps, kept, typing('Testcase Una')),
        rescuedText(deps, { ...kept, text: 'Testcase Una' }),
      ];
    }),
  });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function cookieOf(visitor: Visitor): Promise<string | null> {
  if (visitor.as === 'nobody') return null;
  if ('site' in visitor) return service.cookieOf(personOf(visitor.as, visitor.site));
  const cookie = await service.cookieOf(people.attending);
  await service.ask('DELETE', '/api/session', { cookie });
  return cookie;
}

/** Whatever names the patient of site A, or shows that the service knows of them. */
const traces = /Testcase|\bUna\b|44712086|1957-02-14/;

const refusalStatus = { unauthenticated: 401, forbidden: 403, 'not-found': 404 } as const;
const statusOf = (row: HttpRow, outcome: Outcome): number =>
  outcome === 'yes' ? row.status : refusalStatus[outcome];

const refusals = z.union([
  z.object({ type: z.string(), requestId: z.string() }).transform(({ type }) => type),
  z.object({ resourceType: z.literal('OperationOutcome') }).transform(({ resourceType }) => resourceType),
]);

/** What a body says when it is a refusal: a problem, or the form that FHIR asks for. NDJSON is read by its first line. */
const refusalOf = (body: string): string | null =>
  body.startsWith('{') ? (refusals.safeParse(JSON.parse(body.split('\n', 1)[0]!)).data ?? null) : null;

/** What it has to say; a yes to nothing, such as an unknown address, is refused as not found. */
const refusalIn = ({ what, refusal = 'not-found' }: HttpRow, outcome: Outcome): string => {
  if (/^\w+ \/fhir\//.test(what)) return 'OperationOutcome';
  return outcome === 'yes' ? refusal : outcome;
};

const saysNo = ({ status, tellsOutcome }: HttpRow, outcome: Outcome): boolean =>
  outcome !== 'yes' || status >= 400 || tellsOutcome === true;

test('the table names every route of the service, and no other', () => {
  const routes = routeList(service.app).map(({ method, path }) => `${method} ${path}`);
  expect(routes.toSorted()).toEqual(httpTable.map(({ what }) => what).toSorted());
});

describe.each(httpTable)('$what', (row) => {
  test.each(namedVisitors)('asked by %s', async (_name, visitor) => {
    const outcome = outcomeOf(row, visitor);
    const method = row.what.split(' ', 1)[0]!;
    const path = typeof row.path === 'string' ? row.path : row.path(visitor);
    const response = await service.ask(method === 'ALL' ? 'GET' : method, path, {
      cookie: await cookieOf(visitor),
      ...(row.body ? { body: row.body(visitor) } : {}),
    });
    const body = await response.text();
    const isOfSiteA = 'site' in visitor && visitor.site === 'A';
    expect({ status: response.status, refused: refusalOf(body) }).toEqual({
      status: statusOf(row, outcome),
      refused: saysNo(row, outcome) ? refusalIn(row, outcome) : null,
    });
    expect(traces.test(body) && !(outcome === 'yes' && isOfSiteA)).toBe(false);
  });
});

describe('a note of each kind', () => {
  test.each(roles)('made by a %s of the site', async (role) => {
    const cookie = await service.cookieOf(people[role]);
    const made: string[] = [];
    const refused = new Set<number>();
    for (const kind of noteKinds) {
      const response = await service.ask('POST', `/api/encounters/${encounterId}/notes`, {
        cookie,
        body: { kind },
      });
      if (response.status === 201) made.push(kind);
      else refused.add(response.status);
    }
    expect([...refused].every((status) => status === 403 || status === 422)).toBe(true);
    expect(made.toSorted()).toEqual([...kindsOf[role]].toSorted());
  });
});

const missing = '00000000-0000-4000-8000-00000000dead';
test.each([
  ['a chart', `/api/patients/${patientId}`, `/api/patients/${missing}`],
  ['an encounter', `/api/encounters/${encounterId}`, `/api/encounters/${missing}`],
  ['a board', `/api/wards/${wardOfA}/board`, `/api/wards/${missing}/board`],
  ['the notes', `/api/encounters/${encounterId}/notes`, `/api/encounters/${missing}/notes`],
  [
    'a note',
    `/api/encounters/${encounterId}/notes/${noteId}`,
    `/api/encounters/${encounterId}/notes/${missing}`,
  ],
  ['the orders', `/api/encounters/${encounterId}/orders`, `/api/encounters/${missing}/orders`],
  [
    'a history',
    `/api/encounters/${encounterId}/history?document=note/${noteId}`,
    `/api/encounters/${encounterId}/history?document=note/${missing}`,
  ],
])('%s of another site and one that does not exist get the same answer', async (_what, theirs, none) => {
  const cookie = await service.cookieOf(people.attendingB);
  const [first, second] = [
    await service.ask('GET', theirs, { cookie }),
    await service.ask('GET', none, { cookie }),
  ];
  const told = async (response: Response) => ({
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => name !== 'x-request-id')),
    body: { ...((await response.json()) as object), requestId: null },
  });
  expect(await told(first)).toEqual(await told(second));
  expect(first.status).toBe(404);
});

test('a note is not found through another encounter', async () => {
  const cookie = await service.cookieOf(people.attending);
  const opened = await service.ask('POST', '/api/encounters', { cookie, body: { patientId, class: 'AMB' } });
  const { id } = (await opened.json()) as { id: string };
  expect(
    (await service.ask('GET', `/api/encounters/${encounterId}/notes/${noteId}`, { cookie })).status,
  ).toBe(200);
  expect((await service.ask('GET', `/api/encounters/${id}/notes/${noteId}`, { cookie })).status).toBe(404);
});

test('a clerk is shown who somebody is and where they lie, and nothing clinical', async () => {
  const cookie = await service.cookieOf(people.clerk);
  for (const path of [
    `/api/patients/${patientId}`,
    `/api/encounters/${encounterId}`,
    `/api/wards/${wardOfA}/board`,
  ]) {
    const body = await (await service.ask('GET', path, { cookie })).text();
    expect(body).toContain('TESTCASE');
    expect(body).not.toMatch(/"(problems|medicines|allergies|results|vitals|documents)":[[{]/);
    expect(body).not.toMatch(/"(news2|codeStatus|isolation|reason|banner)":(?!null)/);
  }
});
