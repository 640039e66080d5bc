import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReader } from '../../server/db/reader.ts';
import { foldDocument } from '../../server/log/fold.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { noteContent, noteText } from '../../shared/documents/note.ts';
import { registry } from '../../shared/documents/registry.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import { launchBrowser } from '../support/browser.ts';
import { configFor } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import {
  chip,
  encounterIdOf,
  goTo,
  keyMs,
  noteIdOf,
  openBed,
  saysSaved,
  seatOf,
  section,
  writeAtEnd,
  type Seat,
} from '../support/pages.ts';
import { startService, type Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { promisesOf, watchTheChip } from '../support/truth.ts';

describe('the service is killed while two people write', () => {
  let service: Service;
  let browser: Browser;
  let attending: Seat;
  let nurse: Seat;

  beforeAll(async () => {
    service = await startService();
    browser = await launchBrowser();
    attending = await seatOf(browser, service.url, 'attending', { prepare: watchTheChip });
    nurse = await seatOf(browser, service.url, 'nurse', { prepare: watchTheChip });
    for (const { page } of [attending, nurse]) await openBed(page, '3');
  });
  afterAll(async () => {
    await browser.close();
    await service.close();
  });

  /** The note as its log has it, asked of the file itself while no service runs. */
  async function noteInLog(): Promise<string> {
    const reader = await openReader(configFor(service.folder).database);
    const writer = { commit: () => Promise.reject(new Error('only read')), close: async () => {} };
    const room = noteRoom(encounterIdOf(attending.page), noteIdOf(attending.page));
    const { doc } = await foldDocument(libsqlLog(reader, writer), room, registry.note.roots);
    reader.close();
    return noteText(noteContent(doc));
  }

  /** Every line of what a screen had called saved; a body and its log break lines alike, headings aside. */
  const linesOf = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');

  test('what the chip had called saved is in the log, and both go on without a reload', async () => {
    const seats = [attending, nurse];
    const [one, other] = [attending.page, nurse.page];
    await Promise.all([
      writeAtEnd(one, 'Assessment', 'Written before the crash by the attending'),
      writeAtEnd(other, 'Plan', 'Written before the crash by the nurse'),
    ]);
    for (const { page } of seats) await saysSaved(page);

    // In the middle of their sentences.
    const during = [
      writeAtEnd(one, 'Assessment', 'Attending writes while the service dies and is started again'),
      writeAtEnd(other, 'Plan', 'Nurse writes while the service dies and is started again'),
    ];
    await eventually(async () =>
      expect(await section(one, 'Assessment').textContent()).toContain('writes wh'),
    );
    await service.kill9();
    const log = await noteInLog();
    await Promise.all(during);
    for (const { page } of seats) {
      await eventually(async () => expect(await chip(page).textContent()).toBe('Not saved'));
      for (const line of linesOf((await promisesOf(page)).saved)) expect(log).toContain(line);
    }
    expect(log).toContain('Written before the crash by the attending');
    expect(log).toContain('Written before the crash by the nurse');

    await service.restart();
    for (const { page } of seats) await saysSaved(page);
    await goTo(one, 'Assessment', 'End');
    await one.keyboard.type(', and goes on', { delay: keyMs });
    await eventually(async () => {
      const text = await section(other, 'Assessment').textContent();
      expect(text).toContain('Attending writes while the service dies and is started again, and goes on');
    });
    await saysSaved(one);

    const asAttending = asSignedIn(service.url, await signIn(service.url, 'attending'));
    const path = `/api/encounters/${encounterIdOf(one)}/notes/${noteIdOf(one)}`;
    const { text } = (await (await asAttending(path)).json()) as { text: string };
    expect(text).toContain('Attending writes while the service dies and is started again, and goes on');
    expect(text).toContain('Nurse writes while the service dies and is started again');
    for (const { page, faults } of seats) {
      const { lies, changes, saved, sameWindow } = await promisesOf(page);
      for (const line of linesOf(saved)) expect(text).toContain(line);
      expect({ lies, sameWindow, faults }).toEqual({ lies: [], sameWindow: true, faults: [] });
      // Loading, saved, saving, saved, not saved, saved at least: the watch has seen the chip at work.
      expect(changes).toBeGreaterThan(5);
    }
  });
});
