import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { card, goTo, openBed, saysSaved, seatOf, section, writeAtEnd } from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { smallTargets } from '../support/touch.ts';

let service: Service;
let browser: Browser;
beforeAll(async () => {
  service = await startService();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.close();
});

const lookBack = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^History/ }).click();
  await page.getByRole('main', { name: /^Past view As of/ }).waitFor();
};
const past = (page: Page) => page.getByRole('main', { name: /^Past view/ });
const strip = (page: Page): Promise<string | null> => past(page).getAttribute('aria-label');

describe('looking back', () => {
  test('two people write; a third one sees who wrote what, steps back, compares, and copies old text', async () => {
    const { page: attending, faults } = await seatOf(browser, service.url, 'attending');
    const { page: nurse } = await seatOf(browser, service.url, 'nurse');
    for (const page of [attending, nurse]) {
      await card(page, '3').waitFor();
      await openBed(page, '3');
    }
    await writeAtEnd(attending, 'Plan', 'Stop the drip tonight');
    await saysSaved(attending);
    await nurse.getByText('Stop the drip tonight').waitFor();
    await goTo(nurse, 'Plan', 'End');
    for (const _ of 'tonight') await nurse.keyboard.press('Backspace');
    await nurse.keyboard.type('at noon', { delay: 25 });
    await saysSaved(nurse);
    await attending.getByText('Stop the drip at noon').waitFor();

    await lookBack(attending);
    await past(attending).getByText('Stop the drip ', { exact: true }).waitFor();
    expect(await past(attending).getByText('at noon', { exact: true }).getAttribute('title')).toMatch(
      /^Nurse /,
    );
    expect(await past(attending).getByText('Stop the drip ', { exact: true }).getAttribute('title')).toMatch(
      /^Attending /,
    );
    const newest = await strip(attending);
    await attending.getByText('Replaced “tonight” with “at noon”').waitFor();

    await attending.keyboard.press('ArrowLeft');
    await eventually(async () => expect(await strip(attending)).not.toBe(newest));
    await past(attending).getByText('Stop the drip tonight', { exact: true }).waitFor();
    expect(await past(attending).getByText('at noon').count()).toBe(0);

    await attending.getByRole('button', { name: 'Next change' }).click();
    await eventually(async () => expect(await strip(attending)).toBe(newest));
    await attending.getByRole('button', { name: 'Compare two moments' }).click();
    await attending.getByRole('slider', { name: 'Earlier moment' }).focus();
    await attending.keyboard.press('End');
    await attending.keyboard.press('ArrowLeft');
    await eventually(async () => {
      expect(await past(attending).locator('del', { hasText: 'tonight' }).count()).toBe(1);
      expect(await past(attending).locator('ins', { hasText: 'at noon' }).count()).toBe(1);
    });

    // What was struck out is no text of the later moment, and what the screen says beside it is nobody's.
    const copySelected = async (): Promise<void> => {
      await past(attending)
        .locator('[data-line]', { hasText: 'at noon' })
        .evaluate((line) => getSelection()!.selectAllChildren(line));
      await attending.getByRole('button', { name: 'Copy selection into draft' }).click();
      await attending.getByText('Copied to the end of Plan, as your own text.').waitFor();
    };
    await copySelected();

    await attending.getByRole('button', { name: 'Stop comparing' }).click();
    await past(attending).getByText('Stop the drip tonight', { exact: true }).waitFor();
    await attending.getByRole('button', { name: 'Copy Plan into the draft' }).dblclick();
    await attending.getByText('Copied to the end of Plan, as your own text.').waitFor();

    await attending.keyboard.press('Escape');
    await section(attending, 'Plan').waitFor();
    const plan = await section(attending, 'Plan').textContent();
    expect(plan).toContain('Stop the drip at noon');
    expect(plan!.split('Stop the drip at noon')).toHaveLength(3);
    expect(plan!.split('Stop the drip tonight')).toHaveLength(2);
    await nurse.getByText('Stop the drip tonight').waitFor();
    expect(faults).toEqual([]);
  });

  test('who may only read sees the history, and why nothing can be copied', async () => {
    const { page } = await seatOf(browser, service.url, 'student');
    await card(page, '3').waitFor();
    await card(page, '3').getByRole('link').click();
    await lookBack(page);
    await past(page).getByText('Your role does not write in this document.').waitFor();
    expect(await page.getByRole('button', { name: 'Copy selection into draft' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /Copy .* into the draft/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Orders', exact: true }).click();
    await past(page)
      .getByText(/^Proposed by/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Care plan', exact: true }).click();
    await past(page)
      .getByText(/^Added by/)
      .first()
      .waitFor();
  });
});

test.each([
  { name: 'desktop', width: 1440, height: 900, hasTouch: false },
  { name: 'tablet landscape', width: 1024, height: 768, hasTouch: true },
  { name: 'tablet portrait', width: 820, height: 1180, hasTouch: true },
])('the history on a $name can be read and used by everybody', async ({ width, height, hasTouch }) => {
  const { page, context } = await seatOf(browser, service.url, 'resident', {
    viewport: { width, height },
    hasTouch,
    reducedMotion: 'reduce',
  });
  await card(page, '3').waitFor();
  await openBed(page, '3');
  await lookBack(page);
  for (const view of width < 900 ? ['Text', 'Changes'] : ['']) {
    if (view !== '') await page.getByRole('button', { name: view, exact: true }).click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
      );
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
    }
    if (hasTouch) expect(await smallTargets(page)).toEqual([]);
  }
  await context.close();
});
