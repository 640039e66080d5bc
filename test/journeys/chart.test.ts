import axe from 'axe-core';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { card, seatOf, type Seat } from '../support/pages.ts';
import { sampleData } from '../support/samples.ts';
import { startService, type Service } from '../support/service.ts';
import { report } from '../support/seeds.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { smallTargets } from '../support/touch.ts';

/** The longest record of the samples: 253 observations, 86 notes, 101 reports. */
const heaviest = 'fhir/synthea/uscore_Feeney44_9aaf0e69.json';
/** Three pages of documents. */
const mostDocuments = 150;
/** Lines and columns of whatever else is shown at once. */
const mostCells = 1_000;

describe.runIf(sampleData)('the heaviest chart of the samples', () => {
  let service: Service;
  let browser: Browser;
  let seat: Seat;
  let page: Page;
  let patientId: string;

  beforeAll(async () => {
    service = await startService();
    const imported = await service.command(['import', join(sampleData ?? '', heaviest)]);
    expect(imported).toMatchObject({ code: 0 });
    browser = await launchBrowser();
    seat = await seatOf(browser, service.url, 'attending', { reducedMotion: 'reduce', prepare: watchFrames });
    page = seat.page;
    await card(page, '3').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });

  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'Parts of the chart' }).getByRole('link', { name });

  /** All that axe finds; of the dark theme only its contrasts, since the rest is the same page. */
  async function violations(): Promise<string[]> {
    const found: string[] = [];
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const only = colorScheme === 'dark' ? ['color-contrast'] : undefined;
      const run = await page.evaluate(
        (runOnly) =>
          (window as unknown as { axe: typeof axe }).axe.run({
            resultTypes: ['violations'],
            ...(runOnly && { runOnly }),
          }),
        only,
      );
      for (const { id, nodes } of run.violations)
        found.push(...nodes.map(({ html }) => `${colorScheme}: ${id}: ${html.slice(0, 200)}`));
    }
    await page.emulateMedia({ colorScheme: 'light' });
    return found;
  }

  test('is found by name and opened; how long it took is told', async () => {
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Find a patient' });
    await box.fill('feen');
    await page
      .getByRole('option', { name: /Feeney/i })
      .first()
      .waitFor();
    expect(await violations()).toEqual([]);
    const taken = page.evaluate(msUntilDrawn, 'now');
    await page.keyboard.press('Enter');
    const found = await taken;
    patientId = /\/patients\/([^?/]+)/.exec(page.url())![1]!;
    await page.goto(`/patients/${patientId}`);
    const afresh = await page.evaluate(msUntilDrawn, 'the address');
    report(
      `The heaviest chart was drawn ${found} ms after Enter, and ${afresh} ms after its address was opened.`,
    );
    expect(await violations()).toEqual([]);
  });

  test('shows its timeline, and behind a mark what it stands for', async () => {
    const timeline = page.getByRole('region', { name: 'Timeline', exact: true });
    const detail = timeline.getByRole('region').last();
    // What found no room in its lane is reached by keyboard too: one step before the first that did.
    const crowded = timeline
      .getByRole('group')
      .filter({ has: page.getByRole('button', { name: /^\+\d+ more$/ }) });
    await crowded.last().getByRole('button').nth(1).press('ArrowLeft');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^\+\d+ more$/);
    await page.keyboard.press('Enter');
    await detail.getByRole('link').first().waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await timeline.getByRole('group', { name: 'Results' }).getByRole('button').first().press('Enter');
    await detail.getByRole('link').first().waitFor();
    expect(await timeline.locator('svg .item').count()).toBeLessThan(mostCells);
    expect(await violations()).toEqual([]);
  });

  test('draws a trend, and stands in a grid of which only what fits is in the page', async () => {
    await tab('Results').click();
    const rows = page.locator('tbody tr:not(.panel)');
    await rows.first().waitFor();
    await page
      .getByRole('checkbox', { name: /^Draw / })
      .first()
      .check();
    await page
      .getByRole('img', { name: /^Trend of .* values/ })
      .locator('canvas')
      .first()
      .waitFor();
    expect(await violations()).toEqual([]);
    await tellFrames('Scrolling through the results', () => scrollThrough('document'));
    expect(await rows.count()).toBeLessThan(mostCells);
    await page
      .getByRole('button', { name: 'Grid by date' })
      .or(page.getByRole('radio', { name: 'Grid by date' }))
      .click();
    await page.getByText(/^Dates 1 to/).waitFor();
    expect(await violations()).toEqual([]);
    await tellFrames('Going through the grid', async () => {
      for (let step = 0; step < 5; step++) await page.getByRole('button', { name: 'Earlier dates' }).click();
    });
    expect(await page.locator('.grid td').count()).toBeLessThan(mostCells);
  });

  test('lists its documents page by page, and reads one', async () => {
    await tab('Notes and documents').click();
    const lines = page.getByRole('list', { name: 'Documents, newest first' }).getByRole('listitem');
    await lines.first().waitFor();
    expect(await lines.count()).toBeLessThanOrEqual(50);
    await tellFrames('Scrolling through the documents', () =>
      eventually(async () => {
        await scrollThrough('.side');
        expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
      }),
    );
    const listed = await lines.count();
    expect(listed).toBeGreaterThan(50);
    expect(listed).toBeLessThanOrEqual(mostDocuments);
    await lines.last().getByRole('link').click();
    await page.getByRole('article').getByRole('heading').first().waitFor();
    expect(await violations()).toEqual([]);
    await tab('Encounters').click();
    await page
      .getByText(/encounters$/)
      .first()
      .waitFor();
    expect(await violations()).toEqual([]);
  });

  test('is searched with a stroke', async () => {
    await page.keyboard.press('/');
    const box = page.getByRole('combobox', { name: 'Search this chart' });
    await box.fill('hemoglobin');
    await page
      .getByRole('option', { name: /hemoglobin/i })
      .first()
      .waitFor();
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /^Trend of .*hemoglobin/i }).waitFor();
  });

  test('tells what somebody else has recorded since it was marked as seen, while it is open', async () => {
    // A look counts from a few seconds before it: the one with which the chart was opened is as old as the import.
    await page.reload();
    await page.getByRole('button', { name: 'Not yet marked as seen' }).click();
    await page.getByRole('button', { name: 'Mark as seen' }).click();
    await page.getByRole('button', { name: /^Nothing new since/ }).waitFor();
    const nurse = asSignedIn(service.url, await signIn(service.url, 'nurse'));
    const entry = { what: 'weight', value: '71.4', unit: 'kg', method: 'measured' };
    const recorded = await nurse(`/api/patients/${patientId}/measures`, {
      method: 'POST',
      body: { entry, anyway: true },
    });
    expect(recorded.status).toBe(201);
    await page.getByRole('button', { name: /^1 change since/ }).click();
    await page.getByRole('link', { name: /New.*71\.4/ }).waitFor();
    expect(await violations()).toEqual([]);
    expect(seat.faults).toEqual([]);
  });

  test('has nothing on a tablet that is too small for a thumb', async () => {
    const options = {
      viewport: { width: 820, height: 1180 },
      hasTouch: true,
      reducedMotion: 'reduce' as const,
    };
    const tablet = await seatOf(browser, service.url, 'nurse', options);
    const small: string[] = [];
    const look = async (part: string, ready: string) => {
      await tablet.page.goto(`/patients/${patientId}${part}`);
      await tablet.page.locator(ready).first().waitFor();
      small.push(...(await smallTargets(tablet.page)).map((target) => `${part}: ${target}`));
    };
    await card(tablet.page, '3').waitFor();
    await look('', 'svg .item');
    await look('/results', 'tbody tr');
    await look('/documents', '.side li');
    await look('/encounters', 'main a[href^="/encounters/"]');
    expect(small).toEqual([]);
    // A finger on the timeline opens all that lies under it.
    await tablet.page.goto(`/patients/${patientId}`);
    await tablet.page.locator('svg .item').first().waitFor();
    const lane = tablet.page.getByRole('group', { name: 'Results' }).locator('.touch');
    await lane.scrollIntoViewIfNeeded();
    const mark = (await tablet.page
      .getByRole('group', { name: 'Results' })
      .locator('circle')
      .last()
      .boundingBox())!;
    await tablet.page.touchscreen.tap(mark.x - 12, mark.y + 4);
    await tablet.page.locator('.detail a').first().waitFor();
    await tablet.context.close();
  });

  /** From top to bottom, as a wheel does: some lines with every frame. */
  const scrollThrough = (what: string): Promise<void> =>
    page.evaluate(async (selector) => {
      const box = selector === 'document' ? document.scrollingElement! : document.querySelector(selector)!;
      box.scrollTop = 0;
      while (box.scrollTop + box.clientHeight < box.scrollHeight - 2) {
        box.scrollTop += 120;
        await new Promise((done) => requestAnimationFrame(done));
      }
    }, what);

  /** How many tasks took longer than three frames while something was done. */
  async function tellFrames(what: string, doing: () => Promise<void>): Promise<void> {
    const told = () =>
      page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
    await told();
    await doing();
    const long = await told();
    const worst = Math.round(Math.max(0, ...long));
    report(`${what}: ${long.length} tasks over 50 ms, the longest ${worst} ms.`);
  }
});

function watchFrames(): void {
  const long: number[] = [];
  (window as unknown as { longTasks: number[] }).longTasks = long;
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
}

/** Milliseconds until the summary stands with its lists, its timeline, its vital signs and its results. */
function msUntilDrawn(since: string): Promise<number> {
  const from = since === 'now' ? performance.now() : 0;
  const parts = [
    '[data-list="problems"] li',
    '[aria-labelledby="timeline-title"] svg .item',
    'dl dd',
    'tbody tr',
  ];
  return new Promise((done) => {
    const look = (): void => {
      if (parts.every((part) => document.querySelector(`main ${part}`)))
        done(Math.round(performance.now() - from));
      else requestAnimationFrame(look);
    };
    look();
  });
}
