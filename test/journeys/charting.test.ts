import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import {
  card,
  caretOf,
  goTo,
  keyMs,
  noteIdOf,
  openBed,
  saysSaved,
  seatOf,
  section,
  writeAtEnd,
  type Seat,
} from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';

const attendingLine = 'Repeat the lactate before noon';
const nurseLine = 'Family informed at the bedside';
const pharmacistLine = 'INR again on Tuesday';

async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

describe('two people chart the same encounter', () => {
  let service: Service;
  let browser: Browser;
  let attending: Seat;
  let nurse: Seat;
  let third: Seat;

  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    attending = await seatOf(browser, service.url, 'attending');
    nurse = await seatOf(browser, service.url, 'nurse');
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  const both = (): Seat[] => [attending, nurse];

  test('signing in leads to the board of the ward, and a bed to its chart', async () => {
    for (const { page } of both()) {
      await page.getByRole('heading', { name: '7 West, acute medicine' }).waitFor();
      await openBed(page, '3');
      await page.getByRole('region', { name: 'Patient' }).getByText('ADEYEMI-CLARKE, Josephine').waitFor();
    }
    expect(noteIdOf(nurse.page)).toBe(noteIdOf(attending.page));
  });

  test('each sees who else is in the chart', async () => {
    const people = (seat: Seat) => seat.page.getByRole('list', { name: 'In this chart' }).getByRole('img');
    await eventually(async () => {
      expect(await people(attending).count()).toBe(2);
      expect(await people(nurse).count()).toBe(2);
    });
    expect(await people(attending).first().getAttribute('aria-label')).toMatch(/^Nurse Sunniva Bello/);
    expect(await people(nurse).first().getAttribute('aria-label')).toMatch(/^Attending Edith Halvorsen/);
    expect(await people(nurse).last().getAttribute('aria-label')).toBe('Nurse Sunniva Bello, you');
  });

  test('both write in one section at once; each sees the words and the caret of the other', async () => {
    await goTo(nurse.page, 'Plan', 'Home');
    await Promise.all([
      writeAtEnd(attending.page, 'Plan', attendingLine),
      nurse.page.keyboard.type(`${nurseLine}. `, { delay: keyMs }),
      caretOf(attending.page, 'Nurse SB').waitFor(),
      caretOf(nurse.page, 'Attending EH').waitFor(),
      attending.page.getByText('is here').waitFor(),
    ]);
    await eventually(async () => {
      const [one, other] = await Promise.all(both().map(({ page }) => section(page, 'Plan').textContent()));
      expect(one).toBe(other);
      expect(one).toContain(attendingLine);
      expect(one!.startsWith(nurseLine)).toBe(true);
    });
  });

  test('a section far from the view rests as text, and is written in as soon as somebody comes to it', async () => {
    const { page } = nurse;
    const isEdited = (title: string) => section(page, title).getAttribute('contenteditable');
    const heightOf = async (title: string) => (await section(page, title).boundingBox())!.height;
    const [height, before] = [await heightOf('Overnight events'), page.viewportSize()!];
    const top = await section(page, 'Overnight events').textContent();
    await page.setViewportSize({ ...before, height: 360 });
    await section(page, 'Plan').scrollIntoViewIfNeeded();
    await eventually(async () => expect(await isEdited('Overnight events')).toBeNull());
    expect(await section(page, 'Overnight events').textContent()).toBe(top);
    expect(await heightOf('Overnight events')).toBe(height);
    // I have written in it: my undo stays with it.
    await section(page, 'Overnight events').scrollIntoViewIfNeeded();
    await eventually(async () => expect(await isEdited('Overnight events')).toBe('true'));
    expect(await isEdited('Plan')).toBe('true');

    await goTo(attending.page, 'Overnight events', 'End');
    await section(page, 'Plan').scrollIntoViewIfNeeded();
    await eventually(async () => expect(await isEdited('Overnight events')).toBeNull());
    await attending.page.keyboard.type(' Slept well.', { delay: keyMs });
    await eventually(async () =>
      expect(await section(page, 'Overnight events').textContent()).toBe(`${top} Slept well.`),
    );
    await section(page, 'Overnight events').focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' No pain.', { delay: keyMs });
    await eventually(async () =>
      expect(await section(attending.page, 'Overnight events').textContent()).toBe(
        `${top} Slept well. No pain.`,
      ),
    );
    await page.setViewportSize(before);
  });

  test('an order that one finds and adds is in the basket of the other', async () => {
    const basket = attending.page.getByRole('region', { name: 'Order basket' });
    await basket.getByRole('combobox', { name: 'Add a medicine, test or order' }).fill('amoxi');
    await attending.page.getByRole('option', { name: /^amoxicillin Medicines/ }).click();
    const form = basket.getByRole('form', { name: 'amoxicillin' });
    await form.getByLabel('Indication').fill('chest infection');
    await form.getByRole('button', { name: 'Add to basket' }).click();

    const there = nurse.page.getByRole('region', { name: 'Order basket' });
    await there.getByText('amoxicillin', { exact: true }).waitFor();
    await there.getByText('chest infection').waitFor();
    await there.getByText('9 drafts, shared').waitFor();
    expect(await there.getByText('amoxicillin', { exact: true }).count()).toBe(1);
  });

  test('a problem with its goal that one adds to the care plan is in that of the other', async () => {
    const plan = nurse.page.getByRole('region', { name: 'Care plan' }).last();
    await plan.getByRole('button', { name: 'Add a problem' }).click();
    await plan.getByRole('combobox').fill('Pressure ulcer risk');
    await nurse.page.keyboard.press('Enter');
    const problem = plan.getByRole('article', { name: 'Pressure ulcer risk' });
    await problem.getByRole('button', { name: 'Add a goal' }).click();
    await problem.getByLabel('Goal', { exact: true }).fill('Skin intact at discharge');
    await problem.getByLabel('Target').fill('no redness over bone');
    await problem.getByRole('button', { name: 'Add', exact: true }).click();

    const there = attending.page.getByRole('article', { name: 'Pressure ulcer risk' });
    await there.getByText('Skin intact at discharge').waitFor();
    await there.getByText('no redness over bone').waitFor();
    expect(await there.getByText('Not met').count()).toBe(1);
  });

  test('what one writes in the evaluation of a problem is seen by the other', async () => {
    const [mine, theirs] = both().map(({ page }) =>
      page.getByRole('article', { name: 'Pressure ulcer risk' }),
    );
    await mine!.getByRole('button', { name: /^Actions for/ }).click();
    await attending.page.getByRole('menuitem', { name: 'Add an evaluation' }).click();
    await mine!.getByRole('textbox', { name: /^Evaluation/ }).click();
    await attending.page.keyboard.type('Heels red at noon', { delay: keyMs });
    const seen = theirs!.getByRole('textbox', { name: /^Evaluation/ });
    await eventually(async () => expect(await seen.textContent()).toBe('Heels red at noon'));
  });

  test('half a form survives another pane, a tablet that is turned, and that its problem is removed', async () => {
    const { page } = nurse;
    const basket = page.getByRole('region', { name: 'Order basket' });
    await basket.getByRole('combobox', { name: 'Add a medicine, test or order' }).fill('paracetamol');
    await page
      .getByRole('option', { name: /^paracetamol/ })
      .first()
      .click();
    const indication = basket.getByLabel('Indication');
    await indication.fill('pain');
    // A word is being composed when the text loses its caret without a word of it.
    await section(page, 'Plan').click();
    await section(page, 'Plan').dispatchEvent('compositionstart');
    const problem = page.getByRole('article', { name: 'Pressure ulcer risk' });
    await problem.getByRole('button', { name: 'Skin intact at discharge' }).click();
    const target = problem.getByLabel('Target');
    await target.fill('skin whole');
    await page.setViewportSize({ width: 820, height: 1180 });
    await eventually(async () =>
      expect(await target.evaluate((field) => document.activeElement === field)).toBe(true),
    );
    await page.getByRole('navigation').getByRole('button', { name: 'Orders' }).click();
    expect(await indication.inputValue()).toBe('pain');
    await basket.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('navigation').getByRole('button', { name: 'Care plan' }).click();
    expect(await target.inputValue()).toBe('skin whole');
    await page.setViewportSize({ width: 1440, height: 900 });

    const there = attending.page.getByRole('article', { name: 'Pressure ulcer risk' });
    await there.getByRole('button', { name: /^Actions for/ }).click();
    await attending.page.getByRole('menuitem', { name: 'Remove the problem' }).click();
    await problem.getByText('Somebody removed this problem while you had it open.').waitFor();
    await problem.getByRole('button', { name: 'Save', exact: true }).click();
    await there.getByText('skin whole').waitFor();

    await writeAtEnd(attending.page, 'Plan', 'Turn every two hours');
    await eventually(async () =>
      expect(await section(page, 'Plan').textContent()).toContain('Turn every two hours'),
    );
  });

  test('in the end everything is saved, and the ward board of a third person says who is in the chart', async () => {
    for (const { page } of both()) await saysSaved(page);
    const pharmacist = await seatOf(browser, service.url, 'pharmacist');
    const bed = card(pharmacist.page, '3');
    await bed.getByRole('img', { name: 'Attending Edith Halvorsen' }).waitFor();
    await bed.getByRole('img', { name: 'Nurse Sunniva Bello' }).waitFor();
    await nurse.context.close();
    await bed.getByRole('img', { name: 'Nurse Sunniva Bello' }).waitFor({ state: 'detached' });
    expect(await bed.getByRole('img', { name: 'Attending Edith Halvorsen' }).count()).toBe(1);
    await openBed(pharmacist.page, '3');
    third = pharmacist;
  });

  test('what somebody writes while the note is being signed is looked at first, and its author named', async () => {
    await saysSaved(attending.page);
    await attending.page.keyboard.press('Control+Enter');
    const dialog = attending.page.getByRole('dialog', { name: /^Sign / });
    await dialog.getByText('All changes saved').waitFor();
    const authors = dialog.locator('dt:text-is("Authors") + dd');
    await eventually(async () => expect(await authors.textContent()).toContain('Sunniva Bello'));
    expect(await authors.textContent()).not.toContain('Lucan Oyelaran');
    expect(await violationsOn(attending.page)).toEqual([]);

    await writeAtEnd(third.page, 'Plan', pharmacistLine);
    await third.page.keyboard.press('Control+Shift+9');
    await third.page.keyboard.type(' /');
    const menu = third.page.getByRole('listbox');
    await menu.waitFor();
    await saysSaved(third.page);
    await dialog.getByText('There is a change that you have not looked at').waitFor();
    expect(await dialog.getByRole('button', { name: 'Sign', exact: true }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Show the new change' }).click();
    await eventually(async () => expect(await authors.textContent()).toContain('Lucan Oyelaran'));
    await dialog.getByRole('listitem').filter({ hasText: pharmacistLine }).waitFor();
    await dialog.getByRole('button', { name: 'Sign', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const { page } of [attending, third])
      await page.getByRole('article').getByText('by Attending Edith Halvorsen').first().waitFor();
    // What stood ready to be used in the text while it could still be edited.
    await menu.waitFor({ state: 'detached' });
    expect(await third.page.getByRole('checkbox', { name: pharmacistLine }).isDisabled()).toBe(true);

    await attending.page.goBack();
    await card(attending.page, '3').waitFor();
    for (const { faults } of [attending, nurse, third]) expect(faults).toEqual([]);
  });
});
