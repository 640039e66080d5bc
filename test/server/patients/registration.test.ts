import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { readHistory, readResource } from '../../../server/records/recordStore.ts';
import type { Demographics, PossibleMatch } from '../../../shared/patients/demographics.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { blankDemographics } from '../../support/demographics.ts';
import { people, wardOfA } from '../../support/people.ts';

let service: TestApp;
let clerk: string;
beforeAll(async () => {
  service = await testApp();
  clerk = await service.cookieOf(people.clerk);
});
afterAll(() => service.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  service.ask('POST', path, { cookie: clerk, body, headers });
const json = async <T>(response: Response | Promise<Response>): Promise<T> =>
  (await (await response).json()) as T;

const stated = (family: string, given: string, more: Partial<Demographics> = {}): Demographics => ({
  ...blankDemographics,
  name: { family, given, prefix: null },
  ...more,
});
const register = (demographics: Demographics, more: object = {}): Promise<Response> =>
  post('/api/patients', { demographics, ...more });
const registered = async (demographics: Demographics): Promise<{ id: string; mrn: string }> => {
  const response = await register(demographics);
  expect(response.status).toBe(201);
  return json(response);
};

const everything = stated('Lindqvist', 'Astrid Maja', {
  name: { family: 'Lindqvist', given: 'Astrid Maja', prefix: 'Dr' },
  preferredName: 'Assa',
  formerNames: [{ family: 'Berg', given: 'Astrid' }],
  birthDate: '1971-05-09',
  gender: 'female',
  birthSex: 'F',
  genderIdentity: 'female',
  pronouns: 'she',
  nationalNumber: { scheme: 'gb-nhs', value: '943 476 5919' },
  telecom: [
    { system: 'phone', use: 'mobile', value: '+44 7700 900123' },
    { system: 'email', use: 'home', value: 'a@example.org' },
  ],
  address: { lines: ['1 Quay'], city: 'Leith', postalCode: 'EH6 6AA', state: '', country: 'GB' },
  language: { code: 'sv', display: 'Swedish' },
  interpreter: true,
  contacts: [
    { kinds: ['next-of-kin', 'emergency'], name: 'Nils Berg', relation: 'Brother', phone: '0131 496 0000' },
  ],
});

describe('registration', () => {
  test('what was stated is what is read again, and the number is the site’s own', async () => {
    const { id, mrn } = await registered(everything);
    const read = await json<{ version: number; demographics: Demographics }>(
      service.ask('GET', `/api/patients/${id}/demographics`, { cookie: clerk }),
    );
    expect(read.version).toBe(1);
    expect(read.demographics).toEqual({
      ...everything,
      nationalNumber: { scheme: 'gb-nhs', value: '9434765919' },
    });
    const { items } = await json<{ items: { id: string }[] }>(
      service.ask('GET', `/api/patients?q=${mrn}`, { cookie: clerk }),
    );
    expect(items.map((each) => each.id)).toEqual([id]);
  });

  test('somebody who looks like a patient on record is shown first, and made only with a reason', async () => {
    const { id } = await registered(
      stated('Okonkwo', 'Grace', { birthDate: '1957-02-14', gender: 'female' }),
    );
    const again = stated('Okonkwoh', 'Grace', { birthDate: '1957-02-14', gender: 'female' });
    const refused = await register(again);
    expect(refused.status).toBe(409);
    const { duplicates } = await json<{ duplicates: PossibleMatch[] }>(refused);
    expect(duplicates.map(({ patient, band }) => [patient.id, band])).toEqual([[id, 'likely']]);

    expect(
      (await register(again, { distinctFrom: { patientIds: ['another'], reason: 'asked' } })).status,
    ).toBe(409);
    const made = await register(again, { distinctFrom: { patientIds: [id], reason: 'twin' } });
    expect(made.status).toBe(201);
    const { id: other } = await json<{ id: string }>(made);
    const [row] = await service.deps.reader.select().from(audit).where(eq(audit.patientId, other));
    expect(JSON.parse(row!.detail!)).toEqual({ alike: 1, distinct: 'twin' });
  });

  test('somebody who is registered at two desks at once is made by one, and shown to the other', async () => {
    const one = stated('Vasquez', 'Ines', { birthDate: '1988-08-08', gender: 'female' });
    const answers = await Promise.all([register(one), register(one), register(one)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test('the same key twice is one patient', async () => {
    const body = { demographics: stated('Zweimal', 'Nur') };
    const headers = { 'Idempotency-Key': 'registered-once' };
    const [one, other] = await Promise.all([
      post('/api/patients', body, headers),
      post('/api/patients', body, headers),
    ]);
    expect(await json(one!)).toEqual(await json(other!));
  });

  test('twenty desks at once never give one number twice', async () => {
    const made = await Promise.all(
      [...'abcdefghijklmnopqrst'].map((letter) => registered(stated(letter.repeat(7), letter))),
    );
    expect(new Set(made.map(({ mrn }) => mrn)).size).toBe(20);
  });

  test.each([
    ['a number with a wrong digit', { nationalNumber: { scheme: 'gb-nhs', value: '9434765918' } }],
    ['a day that there is not', { birthDate: '2001-02-30' }],
    ['no name at all', { name: { family: ' ', given: '', prefix: null } }],
  ])('refused: %s', async (_what, more) => {
    expect((await register({ ...stated('Wrong', 'Form'), ...more } as Demographics)).status).toBe(400);
  });
});

describe('demographics', () => {
  test('a change names the version that was seen, and every version can be seen again', async () => {
    const { id } = await registered(stated('Halloran', 'Moira', { birthDate: '1966-01-02' }));
    const path = `/api/patients/${id}`;
    const edit = { version: 1, demographics: stated('Halloran', 'Moira', { birthDate: '1966-02-01' }) };
    const put = (): Promise<Response> => service.ask('PUT', path, { cookie: clerk, body: edit });
    expect(await json(put())).toEqual({ version: 2 });
    expect((await put()).status).toBe(409);
    const { items } = await json<{ items: unknown[] }>(
      service.ask('GET', `${path}/demographics/history`, { cookie: clerk }),
    );
    expect(items[0]).toEqual({
      version: 2,
      at: service.deps.now().toISOString(),
      by: people.clerk.name,
      changes: [{ part: 'birthDate', before: '1966-01-02', after: '1966-02-01' }],
    });
    expect(items).toHaveLength(2);
  });
});

describe('somebody whom nobody knows', () => {
  const arrive = (body: object = {}) =>
    json<{ patientId: string; encounterId: string; name: string; mrn: string }>(
      post('/api/patients/unidentified', { estimatedAge: 40, wardId: wardOfA, bed: null, ...body }),
    );

  test('is on the ward at once under a name of the site; two at once get two names', async () => {
    const [one, other] = await Promise.all([arrive(), arrive()]);
    expect(one!.name).not.toBe(other!.name);
    expect(one!.mrn).not.toBe(other!.mrn);
    const nurse = await service.cookieOf(people.nurse);
    const board = await json<{
      unassigned: { encounterId: string; patient: { unidentified?: boolean; birthDate: string } }[];
    }>(service.ask('GET', `/api/wards/${wardOfA}/board`, { cookie: nurse }));
    const card = board.unassigned.find(({ encounterId }) => encounterId === one!.encounterId)!;
    expect(card.patient).toMatchObject({ unidentified: true, birthDate: '1986' });
  });

  test('gets their own name later, and is found by the given one all the same', async () => {
    const { patientId, name } = await arrive();
    const demographics = stated('Ferreira', 'Tiago', { birthDate: '1984-07-21', gender: 'male' });
    const put = await service.ask('PUT', `/api/patients/${patientId}`, {
      cookie: clerk,
      body: { version: 1, demographics },
    });
    expect(put.status).toBe(200);
    const { items } = await json<{ items: { id: string; family: string; unidentified?: boolean }[] }>(
      service.ask('GET', `/api/patients?q=${encodeURIComponent(name)}`, { cookie: clerk }),
    );
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: patientId, family: 'Ferreira' });
    expect(items[0]!.unidentified).toBeUndefined();
    expect(
      (await readHistory(service.deps.reader, 'Patient', patientId)).map(({ versionId }) => versionId),
    ).toEqual([2, 1]);
  });

  test('whose name is that of a patient on record is shown to be so', async () => {
    await registered(stated('Kowalczyk', 'Piotr', { birthDate: '1950-12-24', gender: 'male' }));
    const { patientId } = await arrive();
    const demographics = stated('Kowalczyk', 'Piotr', { birthDate: '1950-12-24', gender: 'male' });
    const put = await service.ask('PUT', `/api/patients/${patientId}`, {
      cookie: clerk,
      body: { version: 1, demographics },
    });
    expect(put.status).toBe(409);
    expect((await readResource(service.deps.reader, 'Patient', patientId))!.versionId).toBe(1);
  });
});
