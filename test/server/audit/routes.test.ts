import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eq } from 'drizzle-orm';
import { auditChain, auditPage, patientViewers, type AuditEntry } from '../../../shared/audit/schema.ts';
import { cell } from '../../../server/audit/exported.ts';
import { audit } from '../../../server/audit/tables.ts';
import { auditRow } from '../../../server/audit/trail.ts';
import { statement } from '../../../server/db/batch.ts';
import { patients } from '../../../server/records/tables.ts';
import { users } from '../../../server/auth/tables.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { eventually } from '../../support/eventually.ts';
import { people, siteA, siteB } from '../../support/people.ts';

let app: TestApp;
let auditor: string;
const ours = '11111111-1111-4111-8111-111111111111';
const theirs = '22222222-2222-4222-8222-222222222222';
const rows = 260;

beforeAll(async () => {
  app = await testApp();
  auditor = await app.cookieOf(people.auditor);
  const { reader, writer } = app.deps;
  const patient = (id: string, siteId: string, family: string) =>
    statement(
      reader.insert(patients).values({
        id,
        siteId,
        family,
        given: 'Ann',
        sex: 'female',
        mrn: `MRN-${family}`,
        searchText: ` ${family.toLowerCase()} ann`,
      }),
    );
  const [nurse] = await reader.select().from(users).where(eq(users.username, people.nurse.username));
  const actor = (siteId: string, role = 'nurse') => ({ userId: nurse!.id, role, siteId, deviceId: null });
  await writer.commit({
    statements: [patient(ours, siteA, 'Ours'), patient(theirs, siteB, 'Theirs')],
    chained: [
      ...Array.from({ length: rows }, (_, index) =>
        auditRow({
          action: index % 2 === 0 ? 'chart:opened' : 'resource:read',
          outcome: 'success',
          actor: actor(siteA),
          at: new Date(Date.UTC(2026, 0, 1, 0, index)),
          patientId: ours,
          entity: `Observation/${index % 7}`,
        }),
      ),
      auditRow({
        action: 'chart:opened',
        outcome: 'refused',
        actor: actor(siteB, 'attending'),
        at: new Date('2026-02-01T10:00:00Z'),
        patientId: ours,
      }),
      auditRow({
        action: 'chart:opened',
        outcome: 'success',
        actor: actor(siteB),
        at: new Date('2026-02-02T10:00:00Z'),
        patientId: theirs,
      }),
      auditRow({
        action: 'note:signed',
        outcome: 'success',
        actor: actor(siteA),
        at: new Date('2026-02-03T10:00:00Z'),
        entity: '=HYPERLINK("x"),y',
      }),
    ],
  });
}, 60_000);
afterAll(() => app.close());

const get = (path: string) => app.ask('GET', path, { cookie: auditor });

async function all(query: string): Promise<AuditEntry[]> {
  const items: AuditEntry[] = [];
  for (let next: string | undefined = query; next !== undefined;) {
    const page: ReturnType<typeof auditPage.parse> = auditPage.parse(
      await (await get(`/api/audit?${next}`)).json(),
    );
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

describe('the trail', () => {
  test('is read page by page, each entry once, whatever is written meanwhile', async () => {
    const seqs = (await all('action=chart:opened&order=asc')).map(({ seq }) => seq);
    expect(seqs).toHaveLength(rows / 2 + 1);
    expect(new Set(seqs).size).toBe(seqs.length);
  });

  test.each(['at', 'user', 'role', 'action', 'outcome', 'patient', 'entity'] as const)(
    'can be ordered by %s, both ways',
    async (sort) => {
      const filter = `patientId=${ours}&action=chart`;
      const up = await all(`${filter}&sort=${sort}&order=asc`);
      const down = await all(`${filter}&sort=${sort}&order=desc`);
      expect(up).toHaveLength(rows / 2 + 1);
      expect(down.map(({ seq }) => seq)).toEqual(up.map(({ seq }) => seq).toReversed());
    },
  );

  test('is narrowed by patient, person, outcome, entity and time', async () => {
    const nurse = (await all('action=resource'))[0]!.user!;
    expect(await all(`patientId=${ours}&outcome=refused`)).toMatchObject([{ role: 'attending' }]);
    expect(await all('entity=Observation/3&action=resource:read')).toHaveLength(19);
    expect(await all(`userId=${nurse.id}&from=2026-02-03&to=2026-02-03`)).toMatchObject([
      { action: 'note:signed' },
    ]);
  });

  test('of another site is not shown; who of another site saw our patient is', async () => {
    expect(await all(`patientId=${theirs}`)).toEqual([]);
    expect((await all(`patientId=${ours}`)).some(({ siteId }) => siteId === siteB)).toBe(true);
    expect((await get(`/api/audit/patients/${theirs}`)).status).toBe(404);
  });

  test('says who saw a patient, how often, first and last', async () => {
    const { patient, people: viewers } = patientViewers.parse(
      await (await get(`/api/audit/patients/${ours}`)).json(),
    );
    expect(patient).toMatchObject({ name: 'Ours, Ann', mrn: 'MRN-Ours' });
    expect(viewers.find(({ role }) => role === 'nurse')).toMatchObject({
      times: rows,
      firstAt: '2026-01-01T00:00:00.000Z',
      actions: expect.arrayContaining([{ action: 'resource:read', times: rows / 2 }]) as unknown,
    });
  });

  test('finds a patient by name, and keeps that the auditor looked, without the words', async () => {
    const response = await get('/api/audit/patients?q=ours');
    expect(await response.json()).toMatchObject({ items: [{ id: ours, mrn: 'MRN-Ours' }] });
    const kept = await app.deps.reader
      .select()
      .from(audit)
      .where(eq(audit.action, 'audit:patients-searched'));
    expect(kept).toHaveLength(1);
    expect(kept[0]!.detail).not.toContain('ours');
  });

  test.each(['test nur', 'NURSE', 'nurse test'])('finds a person of the site by %j', async (typed) => {
    const response = await get(`/api/audit/people?q=${encodeURIComponent(typed)}`);
    const { id, name, username, role } = people.nurse;
    expect(await response.json()).toEqual({ items: [{ id, name, username, role }] });
  });

  test('keeps that the auditor looked for a person, without the words', async () => {
    await get('/api/audit/people?q=test%20pharm');
    const kept = await all('action=audit:people-searched');
    expect(kept[0]).toMatchObject({ user: { name: people.auditor.name }, patient: null, entity: null });
    expect(JSON.stringify(kept)).not.toContain('pharm');
  });

  test('names whom it is narrowed to, also somebody of another site who saw our patient, and keeps whom', async () => {
    const narrowed = async (userId: string) =>
      auditPage.parse(await (await get(`/api/audit?userId=${userId}`)).json());
    expect((await narrowed(people.nurse.id)).person).toEqual({
      id: people.nurse.id,
      name: people.nurse.name,
    });
    expect(await narrowed(people.attendingB.id)).toMatchObject({ items: [], person: null });
    const { reader, writer } = app.deps;
    await writer.commit({
      statements: [],
      chained: [
        auditRow({
          action: 'resource:searched',
          outcome: 'success',
          actor: { userId: people.attendingB.id, role: 'attending', siteId: siteB, deviceId: null },
          at: new Date('2026-03-01T10:00:00Z'),
          patientId: ours,
        }),
      ],
    });
    expect(await narrowed(people.attendingB.id)).toMatchObject({
      items: [{ patient: { id: ours } }],
      person: { name: people.attendingB.name },
    });
    const rows = await reader
      .select()
      .from(audit)
      .where(eq(audit.entity, `User/${people.attendingB.id}`));
    expect(rows.map(({ action }) => action)).toEqual(['audit:searched', 'audit:searched']);
  });

  test('refuses a cursor that it did not give', async () => {
    expect((await get('/api/audit?cursor=abc')).status).toBe(400);
  });
});

describe('the export', () => {
  test('holds every entry, as CSV in which no cell is a formula', async () => {
    const response = await get('/api/audit/export?format=csv&from=2026-01-01&to=2026-02-28');
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + rows + 2);
    expect(lines.at(-1)).toContain(`"'=HYPERLINK(""x""),y"`);
    expect(response.headers.get('Content-Disposition')).toContain('attachment');
  });

  test('is also one JSON object on each line', async () => {
    const text = await (await get(`/api/audit/export?format=ndjson&patientId=${ours}&action=chart`)).text();
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as AuditEntry).action),
    ).toHaveLength(rows / 2 + 1);
  });

  test.each(['=1+1', '+1', '-1', '@x', '\tx'])('%j becomes text', (value) => {
    expect(cell(value).replace(/^"/, '').startsWith("'")).toBe(true);
  });
});

test('the chain is checked on request, and the result is part of the trail', async () => {
  expect(auditChain.parse(await (await get('/api/audit/chain')).json()).last).toBeNull();
  expect((await app.ask('POST', '/api/audit/chain/check', { cookie: auditor })).status).toBe(202);
  const last = await eventually(async () => {
    const state = auditChain.parse(await (await get('/api/audit/chain')).json());
    expect(state.last).not.toBeNull();
    return state.last!;
  });
  expect(last).toMatchObject({ damaged: 0, firstDamaged: null });
  expect(last.rows).toBeGreaterThan(rows);
});
