import { describe, expect, test } from 'vitest';
import { demoAccounts } from '../../../server/demo/accounts.ts';
import { demoDrafts } from '../../../server/demo/drafts.ts';
import { stories } from '../../../server/demo/patients/index.ts';
import { siteIds } from '../../../server/demo/sites.ts';
import { encounterIdOf } from '../../../server/demo/story.ts';
import { can } from '../../../shared/access/can.ts';
import { goalStatuses, interventionStatuses, problemStatuses } from '../../../shared/carePlan/statuses.ts';
import { noteKindInfo } from '../../../shared/notes/kinds.ts';
import { orderDetail } from '../../../shared/orders/schema.ts';
import { orderSentence, readOrder } from '../../../shared/orders/summary.ts';

const now = new Date('2026-11-22T03:12:20.000Z');
const drafts = demoDrafts(now);
const notes = drafts.flatMap((draft) =>
  draft.notes.map((note) => ({ ...note, encounterId: draft.encounterId })),
);
const orders = drafts.flatMap((draft) =>
  draft.orders.map((order) => ({ ...order, encounterId: draft.encounterId })),
);
const problems = drafts.flatMap((draft) =>
  draft.problems.map((problem) => ({ ...problem, encounterId: draft.encounterId })),
);

const siteOf = (encounterId: string): string =>
  siteIds[stories.find(({ key }) => encounterIdOf(key) === encounterId)!.site];
const accountOf = (username: string) => demoAccounts.find((account) => account.username === username)!;
const actorOf = (username: string) => ({ ...accountOf(username), id: username });

describe('the opening content of the demo', () => {
  test('belongs to encounters that exist, and each is told once', () => {
    const known = new Set(stories.map(({ key }) => encounterIdOf(key)));
    expect(drafts.filter(({ encounterId }) => !known.has(encounterId))).toEqual([]);
    expect(new Set(drafts.map(({ encounterId }) => encounterId)).size).toBe(drafts.length);
  });

  test('was written only by people whose role may write it there', () => {
    const forbidden = [
      ...notes.filter(
        ({ kind, authorUsername, encounterId }) =>
          !can(actorOf(authorUsername), `note:write:${kind}`, { siteId: siteOf(encounterId) }),
      ),
      ...orders.filter(({ category, byUsername, encounterId }) => {
        const subject = { siteId: siteOf(encounterId) };
        const actor = actorOf(byUsername);
        return !(
          can(actor, 'orders:propose', subject) ||
          (category === 'therapy' && can(actor, 'orders:propose-therapy', subject))
        );
      }),
      ...problems.filter(
        ({ byUsername, encounterId }) =>
          !can(actorOf(byUsername), 'care-plan:write', { siteId: siteOf(encounterId) }),
      ),
    ];
    expect(forbidden).toEqual([]);
  });

  test('notes have the sections of their kind, in order', () => {
    for (const { kind, sections } of notes) {
      expect(sections.map(({ title }) => title)).toEqual(noteKindInfo[kind].sections);
    }
  });

  test('every order is complete and reads as a sentence', () => {
    expect(orders.filter(({ category, detail }) => !orderDetail[category].safeParse(detail).success)).toEqual(
      [],
    );
    const sentences = orders.map(({ category, detail }) => orderSentence(readOrder(category, detail)));
    expect(sentences.filter((sentence) => /not readable|not complete/.test(sentence))).toEqual([]);
    expect(sentences.map((sentence) => sentence.replaceAll('\u00A0', ' '))).toEqual(
      expect.arrayContaining([
        'clarithromycin 500 mg tablet, dose 500 mg, oral, twice daily, 5 days',
        'warfarin 1 mg tablet, dose 3 mg, oral, daily at 18:00',
        'furosemide 10 mg per mL injection, dose 40 mg, intravenous, once, now',
      ]),
    );
  });

  test('care plans use the statuses there are, and goals are due on a date', () => {
    for (const { status, goals, interventions } of problems) {
      expect(problemStatuses).toContain(status);
      for (const goal of goals) {
        expect(goalStatuses).toContain(goal.status);
        expect(goal.due ?? '2026-11-22').toMatch(/^2026-11-2\d$/);
      }
      for (const intervention of interventions) expect(interventionStatuses).toContain(intervention.status);
    }
  });
});
