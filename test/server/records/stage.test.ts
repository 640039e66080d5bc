import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { recordAct, type ActParts } from '../../../server/records/act.ts';
import type { Recording } from '../../../server/records/recording.ts';
import {
  readHead,
  readHistory,
  readMany,
  readResource,
  readVersion,
} from '../../../server/records/recordStore.ts';
import { searchTokens } from '../../../server/records/search/tables.ts';
import { resources } from '../../../server/records/tables.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { people, seedPeople, siteA, siteB } from '../../support/people.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
  await seedPeople(db);
});
afterEach(() => db.close());

const allergy = (id: string, code: string): Resource => ({
  resourceType: 'AllergyIntolerance',
  id,
  patient: { reference: 'Patient/p' },
  code: { coding: [{ system: 'urn:s', code }] },
});

const recording = (more: Partial<Recording> = {}): Recording => ({
  siteId: siteA,
  source: siteA,
  recordedBy: people.nurse.id,
  at: db.now(),
  ...more,
});

const act = (incoming: Resource[], parts: Partial<ActParts> = {}, more: Partial<Recording> = {}) =>
  recordAct(db, recording(more), incoming, { audit: () => [], ...parts });

const outcomesOf = async (done: ReturnType<typeof act>) => {
  const result = await done;
  return result.ok ? result.value.map(({ outcome, versionId }) => [outcome, versionId]) : result.error;
};

const provenances = async () => {
  const rows = await db.reader
    .select({ id: resources.id })
    .from(resources)
    .where(eq(resources.type, 'Provenance'));
  return readMany(
    db.reader,
    'Provenance',
    rows.map(({ id }) => id),
  );
};

const tokensFor = (code: string) => db.reader.select().from(searchTokens).where(eq(searchTokens.code, code));

describe('what is recorded', () => {
  it('keeps who, for whom, when, where and why with the version', async () => {
    const receivedAt = new Date(db.now().getTime() + 60_000);
    await act(
      [allergy('a', 'x')],
      {},
      {
        entererId: people.clerk.id,
        onBehalfOf: 'Patient/p',
        attesterId: people.attending.id,
        receivedAt,
        reason: 'told by the family',
        activity: 'allergy-recorded',
      },
    );
    expect(await readVersion(db.reader, 'AllergyIntolerance', 'a', 1)).toMatchObject({
      siteId: siteA,
      source: siteA,
      recordedBy: people.nurse.id,
      entererId: people.clerk.id,
      onBehalfOf: 'Patient/p',
      attesterId: people.attending.id,
      recordedAt: db.now().toISOString(),
      receivedAt: receivedAt.toISOString(),
      zone: expect.stringMatching(/^\w+(\/\w+)?$/),
      reason: 'told by the family',
      activity: 'allergy-recorded',
      deleted: false,
    });
  });

  it('has one Provenance that names every version of the act, its people and its reason', async () => {
    await act(
      [allergy('a', 'x'), allergy('b', 'y')],
      {},
      {
        entererId: people.clerk.id,
        onBehalfOf: 'Patient/p',
        attesterId: people.attending.id,
        reason: 'told',
        source: 'elsewhere',
      },
    );
    const [made, ...others] = await provenances();
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      target: [
        { reference: 'AllergyIntolerance/a/_history/1' },
        { reference: 'AllergyIntolerance/b/_history/1' },
      ],
      recorded: db.now().toISOString(),
      activity: { coding: [{ code: 'CREATE' }] },
      reason: [{ text: 'told' }],
      agent: [
        { who: { identifier: { value: people.nurse.id } }, onBehalfOf: { reference: 'Patient/p' } },
        { who: { identifier: { value: people.clerk.id } } },
        { who: { identifier: { value: people.attending.id } } },
      ],
      entity: [{ role: 'source', what: { display: 'elsewhere' } }],
    });
  });

  it('has no Provenance where nothing is new, nor a second one where the act brings its own', async () => {
    await act([allergy('a', 'x')], { provenance: 'in-resources' });
    expect(await outcomesOf(act([allergy('a', 'x')]))).toEqual([['unchanged', 1]]);
    expect(await provenances()).toEqual([]);
  });

  it('is named in several Provenances when it is much', async () => {
    await act(Array.from({ length: 1_001 }, (_, index) => allergy(`a${index}`, 'x')));
    const made = (await provenances()) as unknown as { target: unknown[] }[];
    expect(made.map(({ target }) => target.length).sort((a, b) => a - b)).toEqual([1, 500, 500]);
  });
});

describe('an expected version', () => {
  it('refuses what somebody else has changed, and says what there is now', async () => {
    await act([allergy('a', 'x')]);
    await act([allergy('a', 'y')]);
    const expect1 = new Map([['AllergyIntolerance/a', 1]]);
    expect(await outcomesOf(act([allergy('a', 'z')], { expect: expect1 }))).toEqual({
      keptElsewhere: [],
      changed: [{ type: 'AllergyIntolerance', id: 'a', versionId: 2 }],
    });
    const expect2 = new Map([['AllergyIntolerance/a', 2]]);
    expect(await outcomesOf(act([allergy('a', 'z')], { expect: expect2 }))).toEqual([['updated', 3]]);
  });

  it('of 0 refuses what is there already', async () => {
    const absent = new Map([['AllergyIntolerance/a', 0]]);
    expect(await outcomesOf(act([allergy('a', 'x')], { expect: absent }))).toEqual([['created', 1]]);
    expect(await outcomesOf(act([allergy('a', 'y')], { expect: absent }))).toMatchObject({
      changed: [{ versionId: 1 }],
    });
  });

  it('lets one of two win who come at once', async () => {
    await act([allergy('a', 'x')]);
    const seen = new Map([['AllergyIntolerance/a', 1]]);
    const both = await Promise.all(['y', 'z'].map((code) => act([allergy('a', code)], { expect: seen })));
    expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
  });

  it('is not needed to come second: both are kept, one after the other', async () => {
    await act([allergy('a', 'x')]);
    await Promise.all(['y', 'z'].map((code) => act([allergy('a', code)])));
    expect(
      (await readHistory(db.reader, 'AllergyIntolerance', 'a')).map(({ versionId }) => versionId),
    ).toEqual([3, 2, 1]);
  });
});

describe('a soft end', () => {
  const target = { type: 'AllergyIntolerance', id: 'a' };

  it('is a version of its own; what was said stays readable, and nothing finds it any more', async () => {
    await act([allergy('a', 'x')]);
    expect(await tokensFor('x')).toHaveLength(1);
    expect(await outcomesOf(act([], { remove: [target] }))).toEqual([['deleted', 2]]);
    expect(await readResource(db.reader, target.type, 'a')).toBeNull();
    expect(await readHead(db.reader, target.type, 'a')).toMatchObject({
      deleted: true,
      versionId: 2,
      siteId: siteA,
    });
    expect(await readMany(db.reader, target.type, ['a'])).toEqual([]);
    expect(JSON.parse((await readVersion(db.reader, target.type, 'a', 2))!.json)).toEqual(allergy('a', 'x'));
    expect(await tokensFor('x')).toEqual([]);
  });

  it('of what is not there, or has ended, changes nothing', async () => {
    expect(await outcomesOf(act([], { remove: [target] }))).toEqual([['unchanged', 0]]);
    await act([allergy('a', 'x')]);
    await act([], { remove: [target] });
    expect(await outcomesOf(act([], { remove: [target] }))).toEqual([['unchanged', 2]]);
  });

  it('can be taken back by recording the same again', async () => {
    await act([allergy('a', 'x')]);
    await act([], { remove: [target] });
    expect(await outcomesOf(act([allergy('a', 'x')]))).toEqual([['created', 3]]);
    expect(await tokensFor('x')).toHaveLength(1);
  });

  it('is no other site’s to make', async () => {
    await act([allergy('a', 'x')]);
    const there = await act([], { remove: [target] }, { siteId: siteB, source: siteB });
    expect(there).toEqual({ ok: false, error: { keptElsewhere: [target], changed: [] } });
  });
});

it('is found by what it says now, and no longer by what it said', async () => {
  await act([allergy('a', 'x')]);
  await act([allergy('a', 'y')]);
  expect([await tokensFor('x'), (await tokensFor('y')).length]).toEqual([[], 1]);
});
