import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { card, chip, openBed, openSeat, seatOf, section, signInHere } from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';

/** Words of the chart of bed 3 and of its three documents: whoever may not read them must not be sent one of them. */
const clinicalWords = [
  'warfarin',
  'furosemide',
  'clarithromycin',
  'trimethoprim',
  'angioedema',
  'pneumonia',
  'desaturation',
  'CURB-65',
  'resuscitation',
  'intensive care',
  'ischaemic',
  'Falls risk',
  'Potassium',
  'Droplet',
];

/** Everything that the service sends to a page from now on, as text. */
function listen(page: Page): { texts: string[]; sockets: string[] } {
  const heard = { texts: [] as string[], sockets: [] as string[] };
  page.on('response', async (response) => {
    if (!/\/(api|fhir)\//.test(response.url())) return;
    heard.texts.push(await response.text().catch(() => ''));
  });
  page.on('websocket', (socket) => {
    heard.sockets.push(new URL(socket.url()).pathname);
    socket.on('framereceived', ({ payload }) => heard.texts.push(payload.toString()));
  });
  return heard;
}

describe('what each role is shown', () => {
  let service: Service;
  let browser: Browser;
  let bedThree: { id: string; patient: { id: string } };

  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    const attending = asSignedIn(service.url, await signIn(service.url, 'attending'));
    const { items } = (await (await attending('/api/encounters?q=adeyemi-clarke')).json()) as {
      items: [typeof bedThree];
    };
    bedThree = items[0];
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });

  test('a student reads the basket, the plan and the note of the team, and can change none of them', async () => {
    const { page, context, faults } = await seatOf(browser, service.url, 'student');
    await openBed(page, '3');
    const basket = page.getByRole('region', { name: 'Order basket' });
    await basket.getByText('warfarin', { exact: true }).waitFor();
    await basket.getByText('You may read the basket. Your role does not propose orders.').waitFor();
    const plan = page.getByRole('region', { name: 'Care plan' }).last();
    await plan.getByText('You may read the care plan. Your role does not write it.').waitFor();
    for (const pane of [basket, plan]) {
      expect(await pane.locator('button, input, select, textarea, [contenteditable="true"]').count()).toBe(0);
    }
    const body = section(page, 'Assessment');
    expect(await body.getAttribute('contenteditable')).toBe('false');
    await eventually(async () =>
      expect(await chip(page).textContent()).toBe('Read only: your role does not write here'),
    );

    const before = await body.textContent();
    await body.click();
    await page.keyboard.type('a student writes');
    expect(await body.textContent()).toBe(before);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a clerk sees who is in which bed and is sent no clinical text at all', async () => {
    const { page, context, faults } = await openSeat(browser, service.url);
    const heard = listen(page);
    await signInHere(page, 'clerk');
    await card(page, '3').getByRole('link', { name: 'ADEYEMI-CLARKE, Josephine' }).click();
    await page.getByText('What is written of their care is not shown to your role.').waitFor();
    await page.getByText('4471 2086').first().waitFor();

    for (const path of [`/encounters/${bedThree.id}`, `/encounters/${bedThree.id}?note=x`]) {
      await page.goto(path);
      await page.getByText('Your role does not open this').first().waitFor();
    }
    await page.goto('/patients?q=kowalczyk');
    await page.getByText('KOWALCZYK').first().waitFor();

    expect(heard.sockets.filter((path) => path.startsWith('/collab/'))).toEqual([]);
    expect(heard.sockets.some((path) => path.startsWith('/socket.io/'))).toBe(true);
    const everything = heard.texts.join('\n');
    expect(everything).toContain('Josephine');
    expect(everything).not.toMatch(/"(news2|codeStatus|isolation|reason)":(?!null)/);
    for (const word of clinicalWords) expect(everything.toLowerCase()).not.toContain(word.toLowerCase());
    expect(await page.locator('[contenteditable]').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('to a nurse of another site the patients of this one do not exist', async () => {
    const { page, context, faults } = await openSeat(browser, service.url);
    const heard = listen(page);
    await signInHere(page, 'nurse-b');
    await page.getByRole('heading', { name: /surgery|orthopaedic|medicine/i }).waitFor();
    for (const path of [
      `/encounters/${bedThree.id}`,
      `/patients/${bedThree.patient.id}`,
      '/encounters/nothing-of-this-name',
      '/wards/nothing-of-this-name',
    ]) {
      await page.goto(path);
      await page.getByText('This page does not exist, or you may not see what is on it.').waitFor();
    }
    await page.goto('/patients?q=adeyemi');
    await page.getByText('Nobody found for').first().waitFor();
    expect(heard.texts.join('\n')).not.toContain('Josephine');
    expect(heard.sockets.filter((path) => path.startsWith('/collab/'))).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each([
    ['auditor', 'Signed in as Auditor'],
    ['admin', 'Signed in as Administrator'],
    ['patient', 'Signed in as Patient'],
  ])('%s is told what is here for them, and opens no chart', async (username, greeting) => {
    const { page, context, faults } = await openSeat(browser, service.url);
    const heard = listen(page);
    await signInHere(page, username);
    await page.getByText(greeting).first().waitFor();
    for (const path of [`/encounters/${bedThree.id}`, `/patients/${bedThree.patient.id}`, '/patients?q=ad']) {
      await page.goto(path);
      await page.getByText('Your role does not open this').first().waitFor();
    }
    await eventually(() => expect(heard.sockets.length).toBeGreaterThan(0));
    const everything = heard.texts.join('\n').toLowerCase();
    for (const word of [...clinicalWords, 'josephine']) expect(everything).not.toContain(word.toLowerCase());
    expect(faults).toEqual([]);
    await context.close();
  });
});
