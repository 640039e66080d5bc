import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRoot } from '../../server/db/appRoot.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import {
  caretOf,
  encounterIdOf,
  saysSaved,
  seatOf,
  section,
  writeAtEnd,
  type Seat,
} from '../support/pages.ts';
import { sampleData } from '../support/samples.ts';
import { startService, type CommandRun, type Service } from '../support/service.ts';

describe.runIf(sampleData)('public sample bundles, imported beside the running service', () => {
  const folder = join(sampleData ?? '', 'fhir/synthea');
  let service: Service;
  let browser: Browser;
  let files: string[];

  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });

  /** As README says it: `npx cochart import <folder>` in the project's folder. */
  async function npxImport(): Promise<CommandRun> {
    const child = spawn('npx', ['cochart', 'import', folder], {
      cwd: appRoot(),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, COCHART_DATA: service.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }
  const totalsOf = ({ stdout }: CommandRun): number[] =>
    [
      ...stdout
        .trimEnd()
        .split('\n')
        .at(-1)!
        .matchAll(/\d[\d,]*/g),
    ].map(([count]) => Number(count));

  test('every file is told when it is stored, and importing them again changes nothing', async () => {
    const first = await npxImport();
    expect(first).toMatchObject({ code: 0 });
    for (const [index, name] of files.entries()) {
      expect(first.stdout).toContain(`[${index + 1}/${files.length}] stored  `);
      expect(first.stdout).toContain(name);
    }
    const [stored, of, created, updated, unchanged] = totalsOf(first);
    expect([stored, of]).toEqual([files.length, files.length]);
    const again = await npxImport();
    expect(again.code).toBe(0);
    // Bundles share some resources: what the first run met twice, the second meets twice too.
    expect(totalsOf(again)).toEqual([stored, of, 0, 0, created! + updated! + unchanged!]);
  });

  test('an imported patient is found, and the chart holds what the file holds', async () => {
    const { page, context, faults } = await seatOf(browser, service.url, 'attending');
    await openChart(page);
    const banner = page.getByRole('region', { name: 'Patient' });
    await banner.getByText('HERMISTON, Asa').waitFor();
    await banner.getByText('Born').waitFor();
    await banner.getByText('Allergy to nut').waitFor();
    for (const heading of ['Problems', 'Medicines', 'Allergies', 'Laboratory results']) {
      await page.getByRole('heading', { name: heading }).first().waitFor();
    }
    for (const known of ['Rheumatoid arthritis', 'Methotrexate', 'Allergy to peanuts', 'Blood pressure']) {
      await page.locator('main').getByText(known).first().waitFor();
    }
    expect(await page.getByText('could not be loaded').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('an encounter of an imported patient is charted by two people at once', async () => {
    const attending = await seatOf(browser, service.url, 'attending');
    const nurse = await seatOf(browser, service.url, 'nurse');
    await openChart(attending.page);
    await attending.page.locator('main a[href^="/encounters/"]').first().click();
    await attending.page.getByRole('button', { name: 'New note' }).first().click();
    await attending.page.getByRole('menuitem', { name: 'Ward round, multidisciplinary' }).click();
    await section(attending.page, 'Plan').waitFor();
    await nurse.page.getByRole('heading', { name: '7 West, acute medicine' }).waitFor();
    await nurse.page.goto(`/encounters/${encounterIdOf(attending.page)}`);
    await section(nurse.page, 'Plan').waitFor();
    for (const { page } of [attending, nurse]) {
      await page.getByRole('region', { name: 'Patient' }).getByText('HERMISTON, Asa').waitFor();
    }
    await Promise.all([
      writeAtEnd(attending.page, 'Plan', 'Bloods again tomorrow'),
      writeAtEnd(nurse.page, 'Assessment', 'Comfortable at rest'),
      attending.page.getByText('is here').waitFor(),
    ]);
    await section(attending.page, 'Assessment').getByText('Comfortable at rest').waitFor();
    await section(nurse.page, 'Plan').getByText('Bloods again tomorrow').waitFor();
    for (const { page, faults } of [attending, nurse] satisfies Seat[]) {
      await saysSaved(page);
      expect(faults).toEqual([]);
    }
    await caretOf(attending.page, 'Nurse SB').or(attending.page.locator('.caret .flag')).first().waitFor();
  });

  /** By the search at the top of every page. */
  async function openChart(page: Seat['page']): Promise<void> {
    const [family, given] = ['Hermiston', 'Asa'];
    expect(files.some((name) => name.startsWith(`${given}_${family}`))).toBe(true);
    await page.getByRole('heading', { name: '7 West, acute medicine' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a patient' }).fill(family.toLowerCase());
    await page
      .getByRole('option', { name: new RegExp(family, 'i') })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Summary' }).waitFor();
    await eventually(async () => expect(await page.title()).toBe('Summary, Cochart'));
  }
});
