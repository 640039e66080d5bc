import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { card, openBed, openSeat, seatOf, signInHere } from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { smallTargets } from '../support/touch.ts';

const sizes = [
  { name: 'desktop', width: 1440, height: 900, touch: false },
  { name: 'tablet landscape', width: 1024, height: 768, touch: true },
  { name: 'tablet portrait', width: 820, height: 1180, touch: true },
];

describe.each(sizes)('every screen on a $name', ({ width, height, touch }) => {
  let service: Service;
  let browser: Browser;
  let attending: Page;
  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    attending = (await seatOf(browser, service.url, 'attending', options)).page;
    await card(attending, '3').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  // Moving things are looked at where they come to rest.
  const options = { viewport: { width, height }, hasTouch: touch, reducedMotion: 'reduce' as const };

  /** All that axe finds, in both themes; and on a tablet what is too small for a thumb. */
  async function problemsOf(page: Page): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
      );
      for (const { id, nodes } of violations) {
        found.push(...nodes.map(({ html }) => `${colorScheme}: ${id}: ${html.slice(0, 200)}`));
      }
    }
    if (touch) found.push(...(await smallTargets(page)));
    return found;
  }

  test('sign-in', async () => {
    const { page, context } = await openSeat(browser, service.url, options);
    await page.getByLabel('User name').waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Enter your user name.').waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await context.close();
  });

  test('ward board', async () => {
    expect(await problemsOf(attending)).toEqual([]);
  });

  // In portrait each card is a row already.
  test.runIf(width > 900)('ward board as a list: sorted, walked by keyboard, remembered', async () => {
    await attending.getByRole('button', { name: 'List', exact: true }).click();
    await attending.getByRole('columnheader', { name: 'NEWS2' }).getByRole('button').click();
    const patients = attending.locator('tbody').getByRole('link');
    await patients.first().focus();
    const [first, second] = await patients.allTextContents();
    await attending.keyboard.press('ArrowDown');
    const focused = await attending.evaluate(() => document.activeElement?.textContent);
    expect([first?.replace(/\s+/g, ' ').trim(), focused]).toEqual(['ADEYEMI-CLARKE, Josephine', second]);
    expect(await problemsOf(attending)).toEqual([]);
    await attending.reload();
    await attending.getByRole('columnheader', { name: 'Bed', exact: true }).waitFor();
    await attending.getByRole('button', { name: 'Cards', exact: true }).click();
    await card(attending, '3').waitFor();
  });

  test('encounter: note, basket and care plan', async () => {
    await openBed(attending, '3');
    await attending.getByText('Saved', { exact: true }).first().waitFor();
    expect(await problemsOf(attending)).toEqual([]);
    if (width < 900) {
      for (const [tab, title] of [
        ['Orders', 'Order basket'],
        ['Care plan', 'Care plan'],
      ] as const) {
        await attending.getByRole('button', { name: tab, exact: true }).click();
        await attending.getByRole('heading', { name: title }).waitFor();
        expect(await problemsOf(attending)).toEqual([]);
      }
      // In a narrower window nothing of who this is, or of what harms them, is cut off at its edge.
      const banner = attending.getByRole('region', { name: 'Patient', exact: true });
      // Nor does what it is and whether it is saved lie under what can be done with it.
      const title = attending.locator('.screen-header .title');
      await attending.getByRole('button', { name: 'Note', exact: true }).click();
      for (const narrow of [600, 390]) {
        await attending.setViewportSize({ width: narrow, height });
        for (const line of [banner, title])
          await eventually(async () =>
            expect(await line.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0),
          );
      }
      await attending.setViewportSize({ width, height });
    } else if (width < 1200) {
      await attending.getByRole('button', { name: 'Show the care plan' }).click();
      await attending.getByRole('article', { name: 'Falls risk' }).waitFor();
      expect(await problemsOf(attending)).toEqual([]);
    }
  });

  test('encounter: an order is being written', async () => {
    if (width < 900) await attending.getByRole('button', { name: 'Orders', exact: true }).click();
    await attending.getByRole('combobox', { name: 'Add a medicine, test or order' }).fill('amoxi');
    await attending.getByRole('option', { name: /^amoxicillin Medicines/ }).click();
    await attending.getByRole('form', { name: 'amoxicillin' }).waitFor();
    expect(await problemsOf(attending)).toEqual([]);
    await attending.getByRole('button', { name: 'Cancel' }).click();
  });

  test('patient summary', async () => {
    await attending.goto('/patients?q=adeyemi-clarke');
    await attending
      .getByRole('link', { name: /ADEYEMI-CLARKE/ })
      .first()
      .click();
    await attending.getByRole('heading', { name: 'Summary' }).waitFor();
    await attending.getByRole('heading', { name: 'Laboratory results' }).waitFor();
    expect(await problemsOf(attending)).toEqual([]);
  });

  test('patient search, page and dialog', async () => {
    await attending.goto('/patients?q=a');
    await attending.getByRole('heading', { name: 'Find a patient' }).first().waitFor();
    expect(await problemsOf(attending)).toEqual([]);
    await attending.keyboard.press('Control+k');
    await attending.getByRole('combobox', { name: 'Find a patient' }).fill('ad');
    await attending.getByRole('option').first().waitFor();
    expect(await problemsOf(attending)).toEqual([]);
  });

  // Its layout is the same at every size: one stands for all.
  test.runIf(width === 1024)('imports: a file is sent, stored, and reported', async () => {
    const { page, context } = await openSeat(browser, service.url, {
      ...options,
      path: '/sign-in?next=%2Fimports',
    });
    await signInHere(page, 'admin');
    await page.getByText('Nothing was imported yet').waitFor();
    expect(await problemsOf(page)).toEqual([]);
    const sent =
      '{"resourceType": "Patient", "id": "1", "name": [{"family": "Sent"}]}\n{"resourceType": "Pat';
    const file = { name: 'Patient.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(sent) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('link', { name: /Stored in part.*1 new.*1 left out/s }).click();
    await page.getByText('1 thing left out, and why').click();
    await page.getByText('line 2, column').waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await context.close();
  });

  test('registration, a page that is not there, and a home without a ward', async () => {
    const { page, context } = await seatOf(browser, service.url, 'clerk', options);
    await card(page, '3').waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await card(page, '3').getByRole('link').click();
    await page.getByRole('heading', { name: 'Encounters' }).waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await page.goto('/nowhere');
    await page.getByRole('heading', { name: 'Nothing here' }).first().waitFor();
    expect(await problemsOf(page)).toEqual([]);
    await context.close();
    const auditor = await openSeat(browser, service.url, options);
    await signInHere(auditor.page, 'auditor');
    await auditor.page.getByText('Signed in as Auditor').first().waitFor();
    expect(await problemsOf(auditor.page)).toEqual([]);
    await auditor.context.close();
  });
});
