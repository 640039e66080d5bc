import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { card, openBed, seatOf } from '../support/pages.ts';
import type { ListItem } from '../../shared/lists/wire.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, demoPassword, signIn } from '../support/signIn.ts';

let service: Service;
let browser: Browser;
let patientId: string;

beforeAll(async () => {
  service = await startService();
  browser = await launchBrowser();
  const attending = asSignedIn(service.url, await signIn(service.url, 'attending'));
  const { items } = (await (await attending('/api/encounters?q=adeyemi-clarke')).json()) as {
    items: [{ patient: { id: string } }];
  };
  patientId = items[0].patient.id;
});
afterAll(async () => {
  await browser.close();
  await service.close();
});

const list = (page: Page, name: string) => page.locator(`section[data-list="${name}"]`);

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Three letters into a search, the last after its answer to two, then Enter on what it found first. */
async function choose(page: Page, label: string, typed: string): Promise<void> {
  const box = page.getByRole('combobox', { name: label, exact: true });
  await box.fill('');
  const first = page.locator('[role="listbox"][aria-busy="false"] [role="option"][data-highlighted]');
  for (const letters of [typed.slice(0, 2), typed.slice(2)]) {
    await box.pressSequentially(letters);
    await first.waitFor();
  }
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await box.inputValue()).not.toBe(typed));
}

test('an allergy typed in three letters reaches everybody who looks at the chart; a problem ends, and its versions tell how', async () => {
  const nurse = await seatOf(browser, service.url, 'nurse', { reducedMotion: 'reduce' });
  const resident = await seatOf(browser, service.url, 'resident', { reducedMotion: 'reduce' });
  await card(nurse.page, '3').waitFor();
  await openBed(resident.page, '3');
  await nurse.page.goto(`/patients/${patientId}`);
  await list(nurse.page, 'allergies').waitFor();

  // By keyboard alone: the button, three letters, Enter, the next field.
  await nurse.page.getByRole('button', { name: 'Add an allergy' }).press('Enter');
  await choose(nurse.page, 'Substance', 'pen');
  await choose(nurse.page, 'Reaction', 'ana');
  expect(await violations(nurse.page)).toEqual([]);
  await nurse.page.getByRole('combobox', { name: 'Reaction', exact: true }).press('Enter');
  const added = nurse.page.getByRole('dialog').getByText('penicillins');
  await added.waitFor();
  expect(
    await nurse.page
      .getByRole('combobox', { name: 'Substance', exact: true })
      .evaluate((box) => box === document.activeElement),
  ).toBe(true);

  // Half an entry is written when the session turns out to be over: a lock, and everything as it was.
  const note = nurse.page.getByRole('textbox', { name: 'Note', exact: true });
  await note.fill('as a child');
  const over = { status: 401, json: { type: 'unauthenticated' } };
  await nurse.page.route('**/api/terminology/**', (route) => route.fulfill(over), { times: 1 });
  await nurse.page.getByRole('combobox', { name: 'Substance', exact: true }).fill('latex');
  const password = nurse.page.getByLabel(/^Password of/);
  await password.waitFor();
  const waits = nurse.page.getByText('An entry of a list filled in halfway');
  await waits.waitFor();
  // Whoever else wants in is told what goes with it.
  await nurse.page.getByRole('button', { name: 'Sign in as somebody else' }).click();
  await nurse.page.getByRole('button', { name: 'Delete it and sign in as somebody else' }).waitFor();
  expect([await waits.count(), await violations(nurse.page)]).toEqual([2, []]);
  await nurse.page.getByRole('button', { name: 'Keep it' }).click();
  expect(await nurse.page.locator('body').innerText()).not.toMatch(/penicillin|allergy|adeyemi/i);
  expect(await violations(nurse.page)).toEqual([]);
  await nurse.page.keyboard.press('Escape');
  await password.fill(demoPassword);
  await password.press('Enter');
  await note.waitFor();
  expect(await note.inputValue()).toBe('as a child');
  await note.fill('');

  // The same again is asked about.
  await choose(nurse.page, 'Substance', 'pen');
  await nurse.page.keyboard.press('Enter');
  await nurse.page.getByText('Already on the list').waitFor();
  await nurse.page.keyboard.press('Escape');
  await nurse.page.getByText('What you entered is not saved.').waitFor();
  expect(await violations(nurse.page)).toEqual([]);
  await nurse.page.getByRole('button', { name: 'Throw it away' }).click();
  await list(nurse.page, 'allergies').getByText('penicillins').waitFor();

  // The attending judges the risk while the nurse writes a note: a double press saves both, once.
  const attending = asSignedIn(service.url, await signIn(service.url, 'attending'));
  const allergies = `/api/patients/${patientId}/allergies`;
  const { items } = (await (await attending(allergies)).json()) as { items: ListItem[] };
  const penicillins = items.find(({ line }) => line.title.includes('penicillins'))!;
  const onRecord = list(nurse.page, 'allergies').getByRole('button', { name: 'Actions for penicillins' });
  await onRecord.click();
  await nurse.page.getByRole('menuitem', { name: 'Change' }).click();
  await note.fill('told by her mother');
  const entry = { ...penicillins.entry, criticality: 'high' };
  const judged = await attending(`${allergies}/${penicillins.id}`, {
    method: 'PUT',
    body: { version: penicillins.version, entry },
  });
  expect(judged.status).toBe(200);
  const save = nurse.page.getByRole('dialog').getByRole('button', { name: 'Save' });
  await save.click();
  await nurse.page.getByText('Theirs is in the form now: Risk of harm.').waitFor();
  expect(await violations(nurse.page)).toEqual([]);
  await save.dblclick();
  await save.waitFor({ state: 'detached' });
  const versions = (await (await attending(`${allergies}/${penicillins.id}/versions`)).json()) as {
    items: ListItem[];
  };
  expect(versions.items).toHaveLength(3);
  expect(versions.items[0]!.entry).toMatchObject({ criticality: 'high', note: 'told by her mother' });

  // The resident is in the encounter and has touched nothing: their banner counts it.
  await resident.page.getByRole('region', { name: 'Patient', exact: true }).getByText('and 2 more').waitFor();
  await resident.page.getByRole('button', { name: 'Lists', exact: true }).click();
  const sheet = resident.page.getByRole('dialog', { name: 'Lists of this chart' });
  await list(resident.page, 'allergies').getByText('penicillins').waitFor();
  const problem = list(resident.page, 'problems');
  await problem.getByRole('button', { name: 'Actions for Repeated falls' }).click();
  await resident.page.getByRole('menuitem', { name: 'End', exact: true }).click();
  const ending = resident.page.getByRole('dialog', { name: 'End: Repeated falls' });
  await ending.getByLabel('Why').fill('No fall for a year');
  await ending.getByRole('button', { name: 'End it' }).click();
  await eventually(async () => expect(await problem.getByText('Repeated falls').count()).toBe(0));
  await eventually(async () =>
    expect(await list(nurse.page, 'problems').getByText('Repeated falls').count()).toBe(0),
  );

  await problem.getByRole('button', { name: 'Show 1 ended or earlier' }).click();
  await problem.getByText('No fall for a year').waitFor();
  await problem.getByRole('button', { name: 'Actions for Repeated falls' }).click();
  await resident.page.getByRole('menuitem', { name: 'Versions' }).click();
  const history = resident.page.getByRole('dialog', { name: 'Versions: Repeated falls' });
  await history.getByText('Why: No fall for a year').waitFor();
  await history.getByText('First recorded').waitFor();
  expect(await violations(resident.page)).toEqual([]);
  await history.getByRole('button', { name: 'Bring this back' }).click();
  await eventually(async () =>
    expect(await list(nurse.page, 'problems').getByText('Repeated falls').count()).toBe(1),
  );
  await sheet.getByRole('button', { name: 'Close' }).click();
  expect([...nurse.faults, ...resident.faults]).toEqual([]);
  await nurse.context.close();
  await resident.context.close();
});
