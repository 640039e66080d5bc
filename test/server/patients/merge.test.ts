import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { and, eq, ne } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirmationMs } from '../../../server/auth/lifetimes.ts';
import { users } from '../../../server/auth/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { recordedBy } from '../../../server/records/act.ts';
import { countOutcomes, stage } from '../../../server/records/stage.ts';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { audit } from '../../../server/audit/tables.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { checkBundle } from '../../../server/fhir/bundle.ts';
import { importBundle } from '../../../server/fhir/importBundle.ts';
import { isCurrentVersion } from '../../../server/records/recordStore.ts';
import { resources, resourceVersions } from '../../../server/records/tables.ts';
import { testDatabase } from '../../support/database.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { people, seedPeople, siteA, siteB } from '../../support/people.ts';
import { sampleData } from '../../support/samples.ts';

type Json = Record<string, unknown>;

let service: TestApp;
let clerk: string;
/** Runs once, when a merge has been prepared and is about to be committed. */
let meanwhile: (() => Promise<void>) | null = null;
beforeAll(async () => {
  const database = await testDatabase();
  await seedPeople(database);
  const commit: typeof database.writer.commit = async (batch) => {
    const run = meanwhile;
    if (run && batch.chained?.some(({ row }) => row['action'] === 'patient:merged')) {
      meanwhile = null;
      await run();
    }
    return database.writer.commit(batch);
  };
  service = await testApp({ deps: { ...database, writer: { ...database.writer, commit } } });
  clerk = await service.cookieOf(people.clerk);
});
afterAll(() => service.close());

async function load(siteId: string, bundle: unknown): Promise<void> {
  const checked = checkBundle(bundle);
  if (!checked.ok) throw new Error('bad bundle');
  const imported = await importBundle(service.deps, checked.value, { siteId, source: siteId, actor: nobody });
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
}

const patient = (number: number, family: string, more: Json = {}): Json => ({
  resourceType: 'Patient',
  id: uuid(number),
  identifier: [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      system: 'urn:mrn',
      value: `900${number}`,
    },
  ],
  name: [{ use: 'official', family, given: ['Test'] }],
  birthDate: '1957-02-14',
  ...more,
});
const about = (number: number) => ({ reference: `urn:uuid:${uuid(number)}`, display: 'Somebody' });
/** A weight with decimals that a JavaScript number would lose, and an order that is not about the patient at all. */
const chartOf = (of: number, first: number): Json[] => [
  {
    resourceType: 'Encounter',
    id: uuid(first),
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: about(of),
  },
  {
    resourceType: 'Observation',
    id: uuid(first + 1),
    status: 'final',
    code: { text: 'Weight' },
    subject: about(of),
    encounter: { reference: `urn:uuid:${uuid(first)}` },
    valueQuantity: { value: 71.5, unit: 'kg' },
  },
  {
    resourceType: 'AllergyIntolerance',
    id: uuid(first + 2),
    patient: about(of),
    code: { text: 'Penicillin' },
    note: [{ authorReference: about(of), text: 'As told' }],
  },
];

/** All that is on record now beside what says how it came there, byte for byte. */
async function everything(): Promise<Map<string, string>> {
  const rows = await service.deps.reader
    .select({ type: resources.type, id: resources.id, json: resourceVersions.json, of: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(and(ne(resources.type, 'Provenance'), eq(resources.deleted, false)));
  return new Map(rows.map(({ type, id, json, of }) => [`${type}/${id} of ${of}`, json]));
}
const idOf = async (family: string, siteId = siteA): Promise<string> => {
  const cookie = await service.cookieOf(siteId === siteA ? people.nurse : people.nurseB);
  const response = await service.ask('GET', `/api/patients?q=${family}`, { cookie });
  return ((await response.json()) as { items: { id: string }[] }).items[0]!.id;
};
const versionOf = async (id: string): Promise<number> => {
  const response = await service.ask('GET', `/api/patients/${id}/demographics`, { cookie: clerk });
  return ((await response.json()) as { version: number }).version;
};
const merge = async (loser: string, into: string): Promise<Response> =>
  service.ask('POST', `/api/patients/${loser}/merge`, {
    cookie: clerk,
    body: { intoId: into, reason: 'Registered twice', version: await versionOf(loser) },
  });
const unmerge = async (loser: string): Promise<Response> =>
  service.ask('POST', `/api/patients/${loser}/unmerge`, {
    cookie: clerk,
    body: { reason: 'They are two people', version: await versionOf(loser) },
  });
const found = async (typed: string): Promise<string[]> => {
  const response = await service.ask('GET', `/api/patients?q=${typed}`, { cookie: clerk });
  return ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
};

describe('one person on record twice', () => {
  let loser: string;
  let survivor: string;
  beforeAll(async () => {
    await load(siteA, transaction(patient(1, 'Losername'), ...chartOf(1, 10)));
    await load(siteA, transaction(patient(2, 'Survivor'), ...chartOf(2, 20)));
    [loser, survivor] = await Promise.all([idOf('Losername'), idOf('Survivor')]);
  });

  test('what would move is told before it does', async () => {
    const response = await service.ask('GET', `/api/patients/${loser}/merge?intoId=${survivor}`, {
      cookie: clerk,
    });
    expect(await response.json()).toMatchObject({
      counts: { Encounter: 1, Observation: 1, AllergyIntolerance: 1 },
      encountersNow: 1,
      differs: ['name'],
      version: 1,
      intoVersion: 1,
    });
  });

  test('nothing moves to somebody who is not who they were when the two were compared', async () => {
    const body = { intoId: survivor, reason: 'Registered twice', version: await versionOf(loser) };
    const intoVersion = (await versionOf(survivor)) + 1;
    const path = `/api/patients/${loser}/merge`;
    const refused = await service.ask('POST', path, { cookie: clerk, body: { ...body, intoVersion } });
    expect(refused.status).toBe(409);
    expect(await versionOf(loser)).toBe(body.version);
  });

  test('all of it moves, the old number and address lead to what remains, and all of it comes back', async () => {
    const before = await everything();
    expect((await merge(loser, survivor)).status).toBe(200);
    const merged = await everything();
    const stillTheirs = [...merged].filter(([name]) => name.endsWith(`of ${loser}`)).map(([name]) => name);
    expect(stillTheirs).toEqual([`Patient/${loser} of ${loser}`]);
    for (const [name, json] of merged) {
      if (!name.startsWith('Patient/')) expect(json).not.toContain(loser);
    }
    expect(await found('9001')).toEqual([survivor]);
    expect(await found('Losername')).toEqual([survivor]);
    const chart = await service.ask('GET', `/api/patients/${loser}`, { cookie: clerk });
    expect([chart.status, chart.headers.get('location')]).toEqual([307, `/api/patients/${survivor}`]);
    const opened = await service.ask('POST', '/api/encounters', {
      cookie: clerk,
      body: { patientId: loser, class: 'AMB' },
    });
    expect(opened.status).toBe(409);

    expect((await merge(loser, survivor)).status).toBe(409);
    expect((await unmerge(loser)).status).toBe(200);
    expect(await everything()).toEqual(before);
    expect(await found('9001')).toEqual([loser]);
    expect((await unmerge(loser)).status).toBe(409);

    const rows = await service.deps.reader.select().from(audit).where(eq(audit.action, 'patient:merged'));
    expect(rows.map(({ patientId }) => patientId).toSorted()).toEqual([loser, survivor].toSorted());
  });

  test('what was recorded since stays, and what was changed since keeps its change', async () => {
    expect((await merge(loser, survivor)).status).toBe(200);
    const nurse = await service.cookieOf(people.nurse);
    const read = await service.ask('GET', `/api/patients/${survivor}/demographics`, { cookie: nurse });
    const { version, demographics } = (await read.json()) as { version: number; demographics: Json };
    const edited = await service.ask('PUT', `/api/patients/${survivor}`, {
      cookie: nurse,
      body: { version, demographics: { ...demographics, birthDate: '1957-02-15' } },
    });
    expect(edited.status).toBe(200);
    expect((await unmerge(loser)).status).toBe(200);
    const patient = [...(await everything())].find(([name]) => name.startsWith(`Patient/${survivor}`));
    const resource = JSON.parse(patient![1]) as Json;
    expect(resource).toMatchObject({ birthDate: '1957-02-15', name: [{ family: 'Survivor' }] });
    expect(resource['link'] ?? []).toEqual([]);
    expect(await found('Losername')).toEqual([loser]);
  });

  test('the patient who reads this record reads on in what it became, and again in their own', async () => {
    const { reader, writer } = service.deps;
    const shows = async (userId: string): Promise<string | null> => {
      const rows = await reader.select({ shown: users.patientId }).from(users).where(eq(users.id, userId));
      return rows[0]!.shown;
    };
    const give = async (userId: string, patientId: string): Promise<void> => {
      const giving = reader.update(users).set({ patientId }).where(eq(users.id, userId));
      await writer.commit({ statements: [statement(giving)] });
    };
    await give(people.patient.id, loser);
    // Whoever read the survivor's record before goes on reading it.
    await give(people.student.id, survivor);
    expect((await merge(loser, survivor)).status).toBe(200);
    expect(await shows(people.patient.id)).toBe(survivor);
    expect((await unmerge(loser)).status).toBe(200);
    expect([await shows(people.patient.id), await shows(people.student.id)]).toEqual([loser, survivor]);
  });

  test('nothing is left behind in what was given up, nor recorded there afterwards', async () => {
    const { reader, writer, now, newId } = service.deps;
    const weight = (): Resource => ({
      resourceType: 'Observation',
      id: newId(),
      status: 'final',
      code: { text: 'Weight' },
      subject: { reference: `Patient/${loser}` },
      valueQuantity: { value: 71, unit: 'kg' },
    });
    const recordLate = async (resource: Resource) => {
      const staged = await stage(reader, [resource], recordedBy(people.nurse, now()));
      if (!staged.ok) throw new Error('not staged');
      const { statements } = staged.value;
      return () => writer.commit({ statements });
    };
    // Prepared before the merge, committed after it.
    const late = await recordLate(weight());
    const during = await recordLate(weight());
    meanwhile = async () => void (await during());
    expect((await merge(loser, survivor)).status).toBe(409);
    expect((await merge(loser, survivor)).status).toBe(200);
    expect((await late()).ok).toBe(false);
    const of = async (patientId: string): Promise<number> => {
      const rows = await reader
        .select({ id: resources.id })
        .from(resources)
        .where(and(eq(resources.patientId, patientId), eq(resources.type, 'Observation')));
      return rows.length;
    };
    expect(await of(loser)).toBe(0);
    expect(await of(survivor)).toBe(3);
    expect((await unmerge(loser)).status).toBe(200);
    expect((await (await recordLate(weight()))()).ok).toBe(true);
  });

  test('what was merged into a record stands with it, to be taken back by who has just said who they are', async () => {
    expect((await merge(loser, survivor)).status).toBe(200);
    const path = `/api/patients/${survivor}/demographics`;
    const merged = async (): Promise<unknown> =>
      ((await (await service.ask('GET', path, { cookie: clerk })).json()) as Json)['merged'];
    const [{ version }] = (await merged()) as [{ version: number }];
    expect(await merged()).toMatchObject([{ patient: { id: loser, family: 'Losername' }, version }]);
    const late = await service.cookieOf(people.clerk);
    service.deps.clock.step(confirmationMs);
    const body = { reason: 'They are two people', version };
    for (const act of [`${loser}/unmerge`, `${survivor}/merge`]) {
      const asked = act.endsWith('/merge') ? { ...body, intoId: loser } : body;
      const refused = await service.ask('POST', `/api/patients/${act}`, { cookie: late, body: asked });
      expect([refused.status, ((await refused.json()) as Json)['type']]).toEqual([401, 'reauthenticate']);
    }
    clerk = await service.cookieOf(people.clerk);
    const back = await service.ask('POST', `/api/patients/${loser}/unmerge`, { cookie: clerk, body });
    expect(back.status).toBe(200);
    expect(await merged()).toEqual([]);
  });

  test('another site’s record looks like none', async () => {
    await load(siteB, transaction(patient(3, 'Faraway')));
    const far = await idOf('Faraway', siteB);
    expect(
      (
        await service.ask('POST', `/api/patients/${loser}/merge`, {
          cookie: clerk,
          body: { intoId: far, reason: 'x', version: await versionOf(loser) },
        })
      ).status,
    ).toBe(404);
  });
});

describe.skipIf(sampleData === null)('the heaviest patient of the samples', () => {
  test('is merged and unmerged whole', { timeout: 60_000 }, async () => {
    const file = join(sampleData!, 'fhir', 'synthea', 'uscore_Feeney44_9aaf0e69.json');
    await load(siteA, JSON.parse(await readFile(file, 'utf8')) as unknown);
    await load(siteA, transaction(patient(5, 'Takesall')));
    const [heavy, other] = [await idOf('Feeney44'), await idOf('Takesall')];
    const before = await everything();
    const response = await merge(heavy, other);
    expect(response.status).toBe(200);
    expect(((await response.json()) as { moved: number }).moved).toBeGreaterThan(400);
    expect([...(await everything()).keys()].filter((key) => key.endsWith(`of ${heavy}`))).toHaveLength(1);
    expect((await unmerge(heavy)).status).toBe(200);
    expect(await everything()).toEqual(before);
  });
});

describe('what a source brings again after a merge', () => {
  const bundle = () =>
    transaction(patient(7, 'Goesaway'), ...chartOf(7, 70), {
      resourceType: 'Provenance',
      id: uuid(75),
      target: [about(7)],
      recorded: '2026-03-01T08:00:00Z',
      agent: [{ who: { display: 'Source' } }],
    });
  const report = async (content: unknown) => {
    const checked = checkBundle(content);
    if (!checked.ok) throw new Error('bad bundle');
    const target = { siteId: siteA, source: siteA, actor: nobody };
    const imported = await importBundle(service.deps, checked.value, target);
    if (!imported.ok) throw new Error(JSON.stringify(imported.error));
    return { ...countOutcomes(imported.value.outcomes), followed: imported.value.followed };
  };

  test('goes to the record that remains; the one that was given up stays so; twice changes nothing', async () => {
    await load(siteA, bundle());
    await load(siteA, transaction(patient(8, 'Remains')));
    await load(siteA, transaction(patient(9, 'Atlast')));
    const [gone, remains, atLast] = [uuid(7), uuid(8), uuid(9)];
    expect((await merge(gone, remains)).status).toBe(200);
    const merged = await everything();
    expect(await report(bundle())).toEqual({ created: 0, updated: 0, unchanged: 5, followed: 3 });
    expect(await everything()).toEqual(merged);

    // The source has learnt something new of whom it still knows by the old id, and by the old number.
    const later = {
      resourceType: 'Observation',
      id: uuid(76),
      status: 'final',
      code: { text: 'Weight' },
      subject: { reference: `Patient/${gone}`, display: 'Somebody' },
      valueQuantity: { value: 70.25, unit: 'kg' },
    };
    const byNumber = { ...later, id: uuid(77), subject: { reference: 'Patient?identifier=urn:mrn|9007' } };
    expect(await report(transaction(patient(7, 'Renamed'), later))).toEqual({
      created: 1,
      updated: 0,
      unchanged: 1,
      followed: 1,
    });
    expect(await report(transaction(byNumber))).toMatchObject({ created: 1, followed: 0 });
    const now = await everything();
    for (const id of [76, 77]) expect([...now.keys()]).toContain(`Observation/${uuid(id)} of ${remains}`);
    expect(now.get(`Observation/${uuid(76)} of ${remains}`)).not.toContain('Somebody');
    expect(now.get(`Patient/${gone} of ${gone}`)).toBe(merged.get(`Patient/${gone} of ${gone}`));
    expect(await found('Renamed')).toEqual([]);

    // Through several merges to the one that remains at last; taken back, the source is believed again.
    expect((await merge(remains, atLast)).status).toBe(200);
    await report(transaction({ ...later, id: uuid(78) }));
    expect([...(await everything()).keys()]).toContain(`Observation/${uuid(78)} of ${atLast}`);
    expect((await unmerge(remains)).status).toBe(200);
    expect((await unmerge(gone)).status).toBe(200);
    expect(await report(transaction(patient(7, 'Renamed')))).toMatchObject({ updated: 1, followed: 0 });
    expect(await found('Renamed')).toEqual([gone]);
  });

  test('leaves the links of a merge to the merge: over FHIR they are neither lost nor made', async () => {
    const [gone, remains] = [uuid(31), uuid(32)];
    await load(siteA, transaction(patient(31, 'Linkgone')));
    await load(siteA, transaction(patient(32, 'Linkstays')));
    expect((await merge(gone, remains)).status).toBe(200);
    const [admin, nurse] = [await service.cookieOf(people.admin), await service.cookieOf(people.nurse)];
    const path = `/fhir/R4/Patient/${remains}`;
    const read = async (): Promise<Json> =>
      (await (await service.ask('GET', path, { cookie: nurse })).json()) as Json;
    const merged = await read();
    const link = [{ other: { reference: `Patient/${gone}` }, type: 'replaces' }];
    expect(merged['link']).toEqual(link);
    const headers = { 'Content-Type': 'application/fhir+json' };
    const put = (cookie: string, body: Json) => service.ask('PUT', path, { cookie, headers, body });
    const { link: _link, ...without } = merged;
    const refusals = [
      await put(clerk, without),
      await put(admin, without),
      await put(clerk, { ...merged, link: [...link, { ...link[0], type: 'replaced-by' }] }),
      await service.ask('PATCH', path, {
        cookie: nurse,
        headers: { 'Content-Type': 'application/json-patch+json' },
        body: [{ op: 'remove', path: '/link' }],
      }),
      await service.ask('POST', '/fhir/R4/Patient', {
        cookie: clerk,
        headers,
        body: patient(33, 'Linknew', { link: [{ ...link[0], other: { reference: `Patient/${remains}` } }] }),
      }),
    ];
    for (const refused of refusals) {
      const outcome = (await refused.json()) as { issue: { code: string; diagnostics: string }[] };
      expect([refused.status, outcome.issue[0]!.code]).toEqual([409, 'conflict']);
      expect(outcome.issue[0]!.diagnostics).toContain('"replaces"');
    }
    expect((await put(clerk, { ...merged, gender: 'female' })).status).toBe(200);

    // The source, which knows of no merge, brings the record that remains as it has it.
    expect(await report(transaction(patient(32, 'Linkrenamed')))).toMatchObject({ updated: 1 });
    expect(await read()).toMatchObject({ name: [{ family: 'Linkrenamed' }], link });
    expect(await report(transaction(patient(32, 'Linkrenamed')))).toMatchObject({ unchanged: 1 });
    expect((await unmerge(gone)).status).toBe(200);
    await report(transaction(patient(32, 'Linkstays')));
    expect((await read())['link']).toBeUndefined();
  });

  test('finds the record that remains by the number of the one that was given up, and makes no third', async () => {
    await load(siteA, transaction(patient(50, 'Formerly')));
    await load(siteA, transaction(patient(51, 'Nowadays')));
    expect((await merge(uuid(50), uuid(51))).status).toBe(200);
    const resource = { ...patient(52, 'Formerly'), identifier: patient(50, '').identifier };
    const request = { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:mrn|90050' };
    const fullUrl = `urn:uuid:${uuid(52)}`;
    const weight = {
      resourceType: 'Observation',
      id: uuid(53),
      status: 'final',
      code: { text: 'Weight' },
      subject: { reference: fullUrl },
    };
    const asked = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        { fullUrl, resource, request },
        { resource: weight, request: { method: 'PUT', url: `Observation/${uuid(53)}` } },
      ],
    };
    expect(await report(asked)).toMatchObject({ created: 1, unchanged: 1 });
    expect([...(await everything()).keys()]).toContain(`Observation/${uuid(53)} of ${uuid(51)}`);
  });
});
