import { eq } from 'drizzle-orm';
import type * as Y from 'yjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { isPassword } from '../../../server/auth/passwords.ts';
import { users } from '../../../server/auth/tables.ts';
import { demoAccounts, demoPassword, userIdOf } from '../../../server/demo/accounts.ts';
import { stories } from '../../../server/demo/patients/index.ts';
import { seedDemo } from '../../../server/demo/seed.ts';
import { demoWards, siteIds, wardIds, type DemoSite } from '../../../server/demo/sites.ts';
import { encounterIdOf, patientIdOf, storyBundle } from '../../../server/demo/story.ts';
import { readBoard } from '../../../server/encounters/board.ts';
import { careTeam } from '../../../server/encounters/tables.ts';
import { checkBundle } from '../../../server/fhir/bundle.ts';
import { importBundle } from '../../../server/fhir/importBundle.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { notes } from '../../../server/notes/tables.ts';
import { readChart } from '../../../server/patients/chart.ts';
import { findPatient } from '../../../server/patients/queries.ts';
import { encounters, resourceVersions } from '../../../server/records/tables.ts';
import { listSites } from '../../../server/sites/queries.ts';
import { findWard } from '../../../server/sites/wards.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { roles } from '../../../shared/access/capabilities.ts';
import { initialsOf } from '../../../shared/access/presenceColours.ts';
import { noteContent, noteText } from '../../../shared/documents/note.ts';
import { draftOrders } from '../../../shared/documents/orders.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { carePlanRoom, noteRoom, ordersRoom, type DocumentKind } from '../../../shared/documents/room.ts';
import { orderSentence, readOrder } from '../../../shared/orders/summary.ts';
import { overdueWords } from '../../../shared/units/relative.ts';
import { fixedClock } from '../../support/clock.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';

const clock = fixedClock('2026-11-22T03:12:20.000Z');
let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase({ clock });
  await seedDemo(db);
}, 60_000);
afterAll(() => db.close());

const boardOf = async (site: DemoSite, username: string) => {
  const ward = await findWard(db.reader, wardIds[site], siteIds[site]);
  return readBoard(db.reader, {
    ward: ward!,
    userId: userIdOf(username),
    readsChart: true,
    now: db.now(),
    countDrafts: async () => new Map(),
  });
};

const chartOf = async (key: string) => {
  const { site } = stories.find((story) => story.key === key)!;
  const patient = await findPatient(db.reader, patientIdOf(key), siteIds[site]);
  return readChart(db.reader, patient!);
};

describe('the people of the demo', () => {
  test('are the accounts of the contract, at their sites, and all know the one password', async () => {
    const rows = await db.reader.select().from(users);
    expect(rows.map(({ username }) => username).sort()).toEqual(
      [...roles.filter((role) => role !== 'nurse'), 'nurse', 'nurse-b'].sort(),
    );
    expect(
      rows
        .filter(({ siteId }) => siteId === siteIds.B)
        .map(({ username }) => username)
        .sort(),
    ).toEqual(['nurse-b', 'specialist']);
    for (const { username, role } of rows) {
      expect(role).toBe(username === 'nurse-b' ? 'nurse' : username);
    }
    expect(await isPassword(rows[0]!.passwordHash, demoPassword)).toBe(true);
    expect(new Set(rows.map(({ passwordHash }) => passwordHash)).size).toBe(rows.length);
  });

  test('can be told apart by their initials', () => {
    const initials = demoAccounts.map(({ name }) => initialsOf(name));
    expect(new Set(initials).size).toBe(initials.length);
  });

  test('only the patient has a record of their own', async () => {
    const rows = await db.reader.select().from(users);
    for (const row of rows) expect(row.patientId !== null).toBe(row.role === 'patient');
    const own = rows.find(({ role }) => role === 'patient')!;
    const patient = await findPatient(db.reader, own.patientId!, own.siteId);
    expect(`${patient?.given} ${patient?.family}`).toBe(own.name);
  });

  test('are each noted in the audit trail', async () => {
    const created = await db.reader.select().from(audit).where(eq(audit.action, 'user:created'));
    expect(created).toHaveLength(demoAccounts.length);
  });
});

describe('the hospital group', () => {
  test('has two sites with a ward each', async () => {
    expect((await listSites(db.reader)).map(({ label, name }) => [label, name])).toEqual([
      ['A', 'Northgate General Hospital'],
      ['B', 'Harbour Clinic'],
    ]);
  });

  test('every bed that is taken is one the ward has, and nobody shares it', () => {
    for (const site of ['A', 'B'] as const) {
      const ward = demoWards.find(({ id }) => id === wardIds[site])!;
      const beds = new Set(ward.bays.flatMap((bay) => bay.beds));
      const taken = stories.filter((story) => story.site === site).flatMap(({ stay }) => stay.bed ?? []);
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.filter((bed) => !beds.has(bed))).toEqual([]);
    }
  });

  test('every patient has an open encounter with a care team', async () => {
    const rows = await db.reader.select().from(encounters).where(eq(encounters.status, 'in-progress'));
    expect(rows.map(({ id }) => id).sort()).toEqual(stories.map(({ key }) => encounterIdOf(key)).sort());
    const teams = await db.reader.select().from(careTeam);
    expect(new Set(teams.map(({ encounterId }) => encounterId)).size).toBe(stories.length);
  });

  test('numbers are of a kind that nobody has, and all records are marked as test data', () => {
    for (const story of stories) {
      if (!story.person.unidentified) expect(story.person.national).toMatch(/^999\d{7}$/);
      const [patient] = storyBundle(story, db.now()).entry;
      expect(patient?.resource.meta).toMatchObject({ security: [{ code: 'HTEST' }] });
    }
    const numbers = stories.flatMap(({ person }) => [person.mrn, person.national ?? []].flat());
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('the bundles', () => {
  test('are imported without a problem, nothing of them points into the void, and ids are there once', async () => {
    const outcomes: string[] = [];
    for (const story of stories) {
      const bundle = checkBundle(storyBundle(story, db.now()));
      if (!bundle.ok) throw new Error(`${story.key}: ${JSON.stringify(bundle.error)}`);
      const siteId = siteIds[story.site];
      const again = await importBundle(db, bundle.value, { siteId, source: siteId, actor: nobody });
      if (!again.ok) throw new Error(`${story.key}: ${JSON.stringify(again.error)}`);
      expect(again.value.unresolved).toEqual([]);
      outcomes.push(...again.value.outcomes.map(({ type, id, outcome }) => `${type}/${id} ${outcome}`));
    }
    expect(outcomes.filter((outcome) => !outcome.endsWith(' unchanged'))).toEqual([]);
    expect(new Set(outcomes).size).toBe(outcomes.length);
    expect(outcomes.length).toBeGreaterThan(800);
  });

  test('nothing in them is in the future', async () => {
    const rows = await db.reader.select({ json: resourceVersions.json }).from(resourceVersions);
    const instants = rows.flatMap(({ json }) => json.match(/"\d{4}-\d{2}-\d{2}T[\d:.]+Z"/g) ?? []);
    const late = instants.filter((text) => Date.parse(JSON.parse(text) as string) > db.now().getTime());
    expect(instants.length).toBeGreaterThan(800);
    expect(late).toEqual([]);
  });
});

describe('the ward board tells the stories', () => {
  test.each<
    [bed: string, score: number | null, band: string, previous: number | null, overdue: string | null]
  >([
    ['1', 2, 'low', 2, null],
    ['2', 4, 'low', 3, null],
    ['3', 7, 'high', 5, null],
    ['4', 1, 'low', 1, null],
    ['5', 3, 'low', 3, null],
    ['6', 5, 'medium', 3, 'Overdue 24 min'],
    ['8', 3, 'low-medium', 1, null],
    ['10', 2, 'low', 4, null],
    ['11', null, 'incomplete', 2, 'Overdue 12 min'],
  ])('bed %s of 7 West: NEWS2 %s, %s', async (bed, score, band, previous, overdue) => {
    const { cards } = await boardOf('A', 'attending');
    const { news2 } = cards.find((card) => card.bed === bed)!;
    expect(news2).toMatchObject({ score, band, previous });
    expect(overdueWords(news2?.nextDueAt ?? null, db.now())?.replace('\u00A0', ' ') ?? null).toBe(overdue);
  });

  test('a high score is watched continuously, so nothing is due', async () => {
    const { cards } = await boardOf('A', 'attending');
    expect(cards.find(({ bed }) => bed === '3')?.news2?.nextDueAt).toBeNull();
  });

  test('Harbour 2 has a score that falls, one at 0, a patient never measured and one too young for it', async () => {
    const { cards } = await boardOf('B', 'specialist');
    expect(cards.map(({ bed, news2 }) => [bed, news2 && [news2.previous, news2.score, news2.band]])).toEqual([
      ['1', [5, 4, 'low']],
      ['3', null],
      ['5', [0, 0, 'low']],
      ['6', null],
    ]);
  });

  test('two names that are nearly the same point at each other, and no others do', async () => {
    const { cards } = await boardOf('A', 'attending');
    expect(
      cards.flatMap(({ bed, similarName }) => (similarName === null ? [] : [[bed, similarName]])),
    ).toEqual([
      ['3', '4'],
      ['4', '3'],
    ]);
  });

  test('one patient waits for a bed, and everybody on the team finds their own', async () => {
    const board = await boardOf('A', 'pharmacist');
    expect(board.unassigned.map(({ patient }) => patient.name)).toEqual(['BRANDT, Ilse']);
    const own = board.cards.filter(({ mine }) => mine).length;
    expect(own).toBeGreaterThan(2);
    expect(own).toBeLessThan(board.cards.length);
  });

  test('one patient is not identified yet, a bed is being cleaned, one is blocked, and some are free', async () => {
    const [here, harbour] = [await boardOf('A', 'attending'), await boardOf('B', 'specialist')];
    const unknown = here.cards.filter(({ patient }) => patient.unidentified);
    expect(unknown).toMatchObject([{ bed: '12', codeStatus: null, patient: { nationalNumber: null } }]);
    expect(here.bedStates).toMatchObject([{ bed: '9', state: 'cleaning' }]);
    expect(harbour.bedStates).toMatchObject([{ bed: '4', state: 'blocked' }]);
    for (const { bays, cards, bedStates } of [here, harbour]) {
      const taken = new Set([...cards, ...bedStates].map(({ bed }) => bed));
      expect(bays.flatMap(({ beds }) => beds).some((bed) => !taken.has(bed))).toBe(true);
    }
  });

  test('code status and isolation are said, or missing where nobody recorded them', async () => {
    const { cards } = await boardOf('A', 'attending');
    expect(cards.find(({ bed }) => bed === '5')?.codeStatus).toBe('No resuscitation');
    expect(cards.find(({ bed }) => bed === '8')?.isolation).toBe('Droplet isolation');
    const harbour = await boardOf('B', 'specialist');
    expect(harbour.cards.find(({ bed }) => bed === '3')?.codeStatus).toBeNull();
  });
});

describe('the charts', () => {
  test('bed 3 has worst allergies first, active problems, medicines in words and results with flags', async () => {
    const chart = await chartOf('adeyemi-clarke');
    expect(chart.banner.allergies).toMatchObject({
      state: 'listed',
      items: [
        { substance: 'trimethoprim', reaction: 'angioedema', severity: 'severe' },
        { substance: 'codeine', reaction: 'vomiting', severity: 'mild' },
      ],
    });
    expect(chart.banner.patient).toMatchObject({ preferredName: 'Josie', mrn: '44712086' });
    expect(chart.problems.state === 'listed' && chart.problems.items).toHaveLength(6);
    const medicines = chart.medicines.state === 'listed' ? chart.medicines.items : [];
    expect(
      medicines.map(({ name, dose, status }) => [name, dose, status].join(' | ').replaceAll('\u00A0', ' ')),
    ).toEqual(
      expect.arrayContaining([
        'ceftriaxone 2 g injection | 2 g intravenous, daily | active',
        'warfarin 1 mg tablet | 3 mg oral, daily | active',
        'ramipril 5 mg capsule | 5 mg oral, daily, held: potassium 5.2 mmol/L | on-hold',
        'paracetamol 500 mg tablet | 1 g oral, every 6 hours, if needed | active',
      ]),
    );
    const crp = chart.results.find(({ name }) => name === 'C-reactive protein')!;
    expect(crp.points.map(({ value, flag }) => [value, flag])).toEqual([
      [148, 'H'],
      [212, 'H'],
    ]);
    expect(chart.immunizations.map(({ name }) => name)).toContain('Pneumococcal, 23-valent');
    expect(chart.documents.length).toBeGreaterThan(2);
    expect(chart.encounters).toHaveLength(3);
  });

  test('no known allergies and allergies that nobody recorded are told apart', async () => {
    expect((await chartOf('hughes')).banner.allergies).toMatchObject({
      state: 'none',
      by: expect.any(String),
    });
    expect((await chartOf('delacroix')).banner.allergies).toEqual({ state: 'unknown' });
    expect((await chartOf('delacroix')).medicines).toEqual({ state: 'unknown' });
  });

  test('a potassium of 6.3 is critical', async () => {
    const { results } = await chartOf('tanaka');
    const potassium = results.find(({ name }) => name === 'Potassium')!;
    expect(potassium.points.at(-1)).toMatchObject({ value: 6.3, flag: 'HH', range: { low: 3.5, high: 5.1 } });
  });
});

describe('the documents', () => {
  const bedThree = encounterIdOf('adeyemi-clarke');
  const open = async (room: string, kind: DocumentKind) =>
    (await foldDocument(db.log, room, registry[kind].roots)).doc;

  test('bed 3 opens on a round that is being written, a basket of eight lines and a plan of three problems', async () => {
    const rows = await db.reader.select().from(notes).where(eq(notes.encounterId, bedThree));
    expect(rows.map(({ kind }) => kind).sort()).toEqual(['multidisciplinary', 'nursing']);
    const round = rows.find(({ kind }) => kind === 'multidisciplinary')!;
    const text = noteText(noteContent(await open(noteRoom(bedThree, round.id), 'note')));
    expect(text).toContain('Community-acquired pneumonia, right lower lobe, CURB-65 score 2.');
    const basket = draftOrders(await open(ordersRoom(bedThree), 'orders'));
    const sentences = basket.map(({ category, detail }) => orderSentence(readOrder(category, detail)));
    expect(sentences).toHaveLength(8);
    expect(sentences.join('\n')).toContain('clarithromycin');
    const plan = await open(carePlanRoom(bedThree), 'care-plan');
    expect(
      [...plan.getMap<Y.Map<unknown>>('problems').values()].map((problem) => problem.get('title')).sort(),
    ).toEqual(['Falls risk', 'Fluid balance, CKD 3b', 'Gas exchange, pneumonia']);
  });

  test('every line was written by the person whom the story names', async () => {
    const { entries } = await db.log.load(ordersRoom(bedThree));
    const writers = new Set(entries.map(({ userId }) => userId));
    for (const username of ['resident', 'pharmacist', 'nurse', 'physiotherapist']) {
      expect(writers).toContain(userIdOf(username));
    }
  });
});

describe('seeding', () => {
  test('never touches a database that has users', async () => {
    const before = await db.reader.select().from(resourceVersions);
    clock.step(60_000);
    expect(await seedDemo(db)).toBe(false);
    expect(await db.reader.select().from(resourceVersions)).toHaveLength(before.length);
    clock.step(-60_000);
  });

  test('that was cut short before anybody could sign in is done again', async () => {
    const cut = await testDatabase({ clock: fixedClock('2026-11-22T03:12:20.000Z') });
    let commits = 0;
    const failing = {
      ...cut,
      writer: {
        ...cut.writer,
        commit: (batch: Parameters<typeof cut.writer.commit>[0]) =>
          ++commits > 4 ? Promise.reject(new Error('power cut')) : cut.writer.commit(batch),
      },
    };
    await expect(seedDemo(failing)).rejects.toThrow('power cut');
    expect(await cut.reader.select().from(users)).toEqual([]);
    expect(await seedDemo(cut)).toBe(true);
    expect(await cut.reader.select().from(users)).toHaveLength(demoAccounts.length);
    await cut.close();
  }, 60_000);
});
