import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { openSeat, signInHere } from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';

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
  await page.getByRole('button', { name: /Adeyemi-Clarke/i }).click();
  const viewers = page.getByRole('region', { name: /Who opened the record of/ });
  await viewers.getByRole('row', { name: /Attending/ }).waitFor();
  expect(await viewers.getByRole('row', { name: /Attending/ }).textContent()).toContain('chart:opened');

  const trail = page.getByRole('region', { name: 'Audit trail' });
  await trail.getByRole('button', { name: 'Who' }).click();
  await trail
    .getByRole('columnheader', { name: /Who/ })
    .and(page.locator('[aria-sort="ascending"]'))
    .waitFor();
  expect(await axeFaults(page)).toEqual([]);

  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText(/Chain complete to #/).waitFor();

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-.*\.csv$/);
  expect(faults).toEqual([]);
});
