import type { Editor } from '@tiptap/core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Y from 'yjs';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import {
  chip,
  encounterIdOf,
  goTo,
  openBed,
  saysSaved,
  seatOf,
  section,
  writeAtEnd,
  type Seat,
} from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';

const refusedWords = 'Sat on the edge of the bed twice';
const goingOn = 'Walked to the door with one assistant';

/** Writes something that no document may hold, and words right after it, as a page with a fault would. */
const writeBadly = (page: Page, title: string, words: string): Promise<void> =>
  section(page, title).evaluate((element, text) => {
    const { editor } = element as unknown as { editor: Editor };
    const collaboration = editor.extensionManager.extensions.find(({ name }) => name === 'collaboration');
    const { doc } = collaboration!.options.fragment as Y.XmlFragment;
    doc!.getMap('nonsense').set('key', 1);
    editor.commands.insertContentAt(editor.state.doc.content.size - 1, ` ${text}`);
  }, words);

const panel = (page: Page) => page.getByRole('region', { name: 'Text kept aside' });
const keptChip = (page: Page) => page.getByRole('button', { name: /^Text kept aside \d/ });
const textOf = (page: Page, title: string) => section(page, title).textContent();

describe('words that the record does not take', () => {
  let service: Service;
  let browser: Browser;
  let nurse: Seat;
  let physiotherapist: Seat;

  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    nurse = await seatOf(browser, service.url, 'nurse');
    physiotherapist = await seatOf(browser, service.url, 'physiotherapist');
    for (const { page } of [nurse, physiotherapist]) await openBed(page, '3');
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });

  test('are put aside with the reason, said aloud, and reach nobody', async () => {
    const { page } = physiotherapist;
    await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    await writeBadly(page, 'Plan', refusedWords);
    await panel(page).getByText(refusedWords).waitFor();
    await panel(page).getByText('It held what this document cannot hold.').waitFor();
    expect(await chip(page).textContent()).toBe('Not saved');
    await eventually(async () => expect(await textOf(page, 'Plan')).not.toContain(refusedWords));
    expect(await textOf(nurse.page, 'Plan')).not.toContain(refusedWords);
  });

  test('do not keep their author from going on, in the same page', async () => {
    const { page } = physiotherapist;
    await writeAtEnd(page, 'Plan', goingOn);
    await eventually(async () => expect(await textOf(nurse.page, 'Plan')).toContain(goingOn));
    expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
  });

  test('are shown to the attending, as the colleague wrote them', async () => {
    const attending = await seatOf(browser, service.url, 'attending');
    await openBed(attending.page, '3');
    await keptChip(attending.page).click();
    const shown = panel(attending.page);
    await eventually(async () => expect(await shown.textContent()).toContain(refusedWords));
    await shown.getByText(/^Physiotherapist/).waitFor();
    await attending.context.close();
  });

  test('go back where they stood when their author says so, and are then nobody’s concern', async () => {
    const { page } = physiotherapist;
    await panel(page).getByRole('button', { name: 'Insert' }).click();
    await eventually(async () => expect(await textOf(nurse.page, 'Plan')).toContain(refusedWords));
    await saysSaved(page);
    expect(await panel(page).count()).toBe(0);
    const cookie = await signIn(service.url, 'physiotherapist');
    await eventually(async () => {
      const kept = await asSignedIn(
        service.url,
        cookie,
      )(`/api/quarantine?encounterId=${encounterIdOf(page)}`);
      expect(await kept.json()).toEqual({ items: [] });
    });
  });

  test('whose paragraph a colleague took away meanwhile are offered in that place', async () => {
    const { page, context } = physiotherapist;
    await goTo(page, 'Assessment', 'End');
    await context.setOffline(true);
    await page.keyboard.type(' Chest clearer after physiotherapy.');
    await goTo(nurse.page, 'Assessment', 'Home');
    await nurse.page.keyboard.press('Control+a');
    await nurse.page.keyboard.press('Backspace');
    await saysSaved(nurse.page);
    await context.setOffline(false);

    const card = page.getByRole('group', { name: /^Text you wrote here was removed with its paragraph/ });
    await card.getByText('Chest clearer after physiotherapy.').waitFor();
    await card.getByRole('button', { name: 'Put it back' }).click();
    await eventually(async () =>
      expect(await textOf(nurse.page, 'Assessment')).toContain('Chest clearer after physiotherapy.'),
    );
    await eventually(async () => expect(await card.count()).toBe(0));
    await saysSaved(page);
  });

  test('that died on their author’s own screen before they were sent are offered there too', async () => {
    const { page } = physiotherapist;
    await goTo(page, 'Assessment', 'End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Sputum white.');
    await eventually(async () => expect(await textOf(nurse.page, 'Assessment')).toContain('Sputum white.'));
    await page.evaluate(() => {
      const sockets = new Set<WebSocket>();
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        if (this.url.includes('/collab/')) sockets.add(this);
        else send.call(this, data);
      };
      const mend = (): void => {
        WebSocket.prototype.send = send;
        for (const socket of sockets) socket.close();
      };
      Object.assign(window, { mend });
    });
    await page.keyboard.type(' Coughs well when sitting.');
    await goTo(nurse.page, 'Assessment', 'Home');
    await nurse.page.keyboard.press('Control+a');
    await nurse.page.keyboard.press('Backspace');
    await saysSaved(nurse.page);
    await eventually(async () => expect(await textOf(page, 'Assessment')).not.toContain('Coughs well'));
    await page.evaluate(() => (window as unknown as { mend(): void }).mend());

    const card = page.getByRole('group', { name: /^Text you wrote here was removed with its paragraph/ });
    await card.getByText('Coughs well when sitting.').waitFor();
    const cookie = await signIn(service.url, 'physiotherapist');
    await eventually(async () => {
      const kept = await asSignedIn(service.url, cookie)(`/api/rescues?encounterId=${encounterIdOf(page)}`);
      expect(await kept.json()).toMatchObject({
        items: [{ text: ' Coughs well when sitting.', removedBy: null }],
      });
    });
    await card.getByRole('button', { name: 'Put it back' }).click();
    await eventually(async () =>
      expect(await textOf(nurse.page, 'Assessment')).toContain('Coughs well when sitting.'),
    );
    await eventually(async () => expect(await card.count()).toBe(0));
    await saysSaved(page);
  });

  test('no page had a fault of its own', () => {
    expect([nurse.faults, physiotherapist.faults]).toEqual([[], []]);
  });
});
