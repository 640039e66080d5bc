import type { Editor } from '@tiptap/core';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { demoPassword } from './signIn.ts';

/** Somebody in front of a browser of their own. */
export interface Seat {
  context: BrowserContext;
  page: Page;
  /** What went wrong on the page itself: nothing in a journey may. */
  faults: string[];
}

export const desktop = { width: 1440, height: 900 };

/** A browser window at the sign-in page. `prepare` runs in every page before its own scripts. */
export async function openSeat(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { path?: string; prepare?: () => void } = {},
): Promise<Seat> {
  const { path = '/', prepare, ...rest } = options;
  const context = await browser.newContext({ viewport: desktop, baseURL: url, ...rest });
  if (prepare) await context.addInitScript(prepare);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(path);
  return { context, page, faults };
}

/** Fills in the form as a person does. */
export async function signInHere(page: Page, username: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(demoPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A seat at which somebody has signed in. */
export async function seatOf(
  browser: Browser,
  url: string,
  username: string,
  options: BrowserContextOptions & { path?: string; prepare?: () => void } = {},
): Promise<Seat> {
  const seat = await openSeat(browser, url, options);
  await signInHere(seat.page, username);
  return seat;
}

/** From the ward board into the chart of a bed; done when its note can be read. */
export async function openBed(page: Page, bed: string): Promise<void> {
  await card(page, bed).getByRole('link').click();
  await page
    .getByRole('textbox', { name: /, text$/ })
    .first()
    .waitFor();
}

export const card = (page: Page, bed: string): Locator => page.locator(`article[data-bed="${bed}"]`);

/** The text of one section of the note that is open. */
export const section = (page: Page, title: string): Locator =>
  page.getByRole('textbox', { name: `${title}, text`, exact: true });

/** What stands on the save chip. */
export const chip = (page: Page): Locator => page.locator('.chip .text');

export const saysSaved = (page: Page): Promise<void> =>
  eventually(async () => expect(await chip(page).textContent()).toBe('Saved'));

/**
 * Puts the caret at one end of a section. Where the browser shows it is not yet where the editor has it, so the editor
 * is asked: a person looks before typing.
 */
export async function goTo(page: Page, title: string, end: 'Home' | 'End'): Promise<void> {
  const body = section(page, title);
  await body.click();
  await eventually(async () => {
    await page.keyboard.press(`Control+${end}`);
    const [head, first, last] = await body.evaluate((element) => {
      const { state } = (element as unknown as { editor: Pick<Editor, 'state'> }).editor;
      return [state.selection.head, 1, state.doc.content.size - 1];
    });
    expect(head).toBe(end === 'Home' ? first : last);
  });
}

/** A new line at the end of a section, written key by key. */
export async function writeAtEnd(page: Page, title: string, text: string): Promise<void> {
  await goTo(page, title, 'End');
  await page.keyboard.press('Enter');
  await page.keyboard.type(text, { delay: keyMs });
}

/** Between two keys of a practised typist, ms. */
export const keyMs = 25;

/** The caret that others see, with its name while it moves: `Nurse SB`. */
export const caretOf = (page: Page, name: string): Locator => page.locator('.caret .name', { hasText: name });

export const encounterIdOf = (page: Page): string => /\/encounters\/([^?/]+)/.exec(page.url())![1]!;
export const noteIdOf = (page: Page): string => new URL(page.url()).searchParams.get('note')!;
