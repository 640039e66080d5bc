import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { openSeat, signInHere } from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { smallTargets } from '../support/touch.ts';

let service: Service;
let browser: Browser;

beforeAll(async () => {
  service = await startService();
  browser = await launchBrowser();
  const attending = asSignedIn(service.url, await signIn(service.url, 'attending'));
  const { items } = (await (await attending('/api/encounters?q=adeyemi-clarke')).json()) as {
    items: [{ patient: { id: string } }];
  };
  await attending(`/api/patients/${items[0].patient.id}`);
});
afterAll(async () => {
  await browser.close();
  await service.close();
});

/** All that axe finds, in both themes. */
async function axeFaults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
    );
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ html }) => `${colorScheme}: ${id}: ${html}`));
  }
  return found;
}

test('the auditor finds out who saw a patient, orders the trail and has its chain checked', async () => {
  const { page, faults } = await openSeat(browser, service.url, { reducedMotion: 'reduce' });
  await signInHere(page, 'auditor');
  await page.getByRole('link', { name: 'Open the audit trail' }).click();
  await page.getByRole('heading', { name: 'Audit trail' }).waitFor();

  await page.getByLabel(/Who saw my patient/).fill('adeyemi');
  await page.getByRole('option', { name: /Adeyemi-Clarke/i }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel(/Who saw my patient/).fill('clarke');
  await page.getByRole('option', { name: /Adeyemi-Clarke/i }).waitFor();
  await page.keyboard.press('Enter');
  const viewers = page.getByRole('region', { name: /Who opened the record of/ });
  await viewers.getByRole('row', { name: /Attending/ }).waitFor();
  expect(await viewers.getByRole('row', { name: /Attending/ }).textContent()).toContain('Opened the chart');

  const trail = page.getByRole('region', { name: 'Audit trail' });
  await trail.getByRole('columnheader').getByRole('button', { name: 'Who' }).click();
  await trail
    .getByRole('columnheader', { name: /Who/ })
    .and(page.locator('[aria-sort="ascending"]'))
    .waitFor();
  expect(await axeFaults(page)).toEqual([]);

  // One person, by keyboard; then one event, from an entry that shows the name under which it is kept.
  await page.getByLabel(/What did somebody do/).fill('attending');
  await page.getByRole('option', { name: /Attending/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Person: .*show all again/ }).waitFor();
  await trail.getByRole('button', { name: 'Opened the chart' }).first().click();
  const entry = page.getByRole('dialog', { name: 'Opened the chart' });
  await entry.getByText('chart:opened').waitFor();
  expect(await axeFaults(page)).toEqual([]);
  await entry.getByRole('button', { name: 'Only such events' }).click();
  await page.waitForURL(/action=chart%3Aopened/);
  const view = page.url();
  await page.getByText('1 entry').waitFor();

  // The address is the view: on a tablet it shows the same, and nothing lies beside the page.
  await page.setViewportSize({ width: 820, height: 1180 });
  await page.goto(view);
  await page.getByText('1 entry').waitFor();
  await page.getByLabel('Sorted by').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(await smallTargets(page)).toEqual([]);
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('button', { name: /^Person: .*show all again/ }).click();
  await page.waitForURL((url) => !url.search.includes('userId'));

  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText(/Chain complete to #/).waitFor();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  expect(faults).toEqual([]);
});
