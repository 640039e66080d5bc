import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { encounterIdOf, openBed, saysSaved, seatOf, type Seat } from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';

const basket = (page: Page) => page.getByRole('region', { name: 'Order basket' });
const line = (page: Page) => basket(page).getByRole('listitem').filter({ hasText: 'warfarin' }).first();

async function setDose(page: Page, dose: string): Promise<void> {
  await basket(page)
    .getByRole('button', { name: /^Change .*warfarin/i })
    .click();
  const form = basket(page).getByRole('form');
  await form.getByLabel('Dose', { exact: true }).fill(dose);
  await form.getByRole('button', { name: 'Save change' }).click();
}

describe('two people set a dose of one order at once, one of them out of reach', () => {
  let service: Service;
  let browser: Browser;
  let resident: Seat;
  let pharmacist: Seat;

  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    resident = await seatOf(browser, service.url, 'resident');
    pharmacist = await seatOf(browser, service.url, 'pharmacist');
    for (const { page } of [resident, pharmacist]) await openBed(page, '3');
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });
  const both = (): Page[] => [resident.page, pharmacist.page];

  interface Draft {
    contested: boolean;
    detail: { code?: { display: string }; dose?: { value: string } } | null;
  }
  const drafts = async (): Promise<Draft[]> => {
    const cookie = await signIn(service.url, 'resident');
    const path = `/api/encounters/${encounterIdOf(pharmacist.page)}/orders`;
    const answer = await asSignedIn(service.url, cookie)(path);
    return ((await answer.json()) as { drafts: Draft[] }).drafts;
  };

  test('both doses stand there with who and when, for both of them', async () => {
    await resident.context.setOffline(true);
    await setDose(resident.page, '4');
    await setDose(pharmacist.page, '2');
    await saysSaved(pharmacist.page);
    await resident.context.setOffline(false);
    for (const page of both()) {
      const contested = line(page);
      await contested.getByText('Two doses').waitFor();
      await contested.getByText('Neither dose is used until someone chooses.').waitFor();
      await contested.getByRole('button', { name: 'Use 4 mg' }).waitFor();
      await contested.getByRole('button', { name: 'Use 2 mg' }).waitFor();
      await contested
        .getByText(/^Resident TM|TM$/)
        .first()
        .waitFor();
      await contested.getByText(/LO$/).first().waitFor();
      await basket(page).getByText('waits for a choice').waitFor();
    }
    expect((await drafts()).filter(({ contested }) => contested)).toHaveLength(1);
  });

  test('whoever of them is gone is still named', async () => {
    await resident.page.goto('/');
    await pharmacist.page.reload();
    await line(pharmacist.page).getByText('Two doses').waitFor();
    await eventually(async () =>
      expect(await line(pharmacist.page).textContent()).not.toContain('A colleague'),
    );
    await resident.page.goBack();
  });

  test('a choice settles it for everybody', async () => {
    await line(pharmacist.page).getByRole('button', { name: 'Use 2 mg' }).click();
    for (const page of both()) {
      await eventually(async () => expect(await line(page).getByText('Two doses').count()).toBe(0));
      await line(page).getByText('2 mg').first().waitFor();
    }
    await saysSaved(pharmacist.page);
    const warfarin = (await drafts()).find(({ detail }) => detail?.code?.display.startsWith('warfarin'));
    expect(warfarin).toMatchObject({ contested: false, detail: { dose: { value: '2' } } });
  });

  test('no page had a fault of its own', () => {
    expect([resident.faults, pharmacist.faults]).toEqual([[], []]);
  });
});
