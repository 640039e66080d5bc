import { describe, expect, test } from 'vitest';
import { toState, type Recorded } from '../../../shared/lists/interpret.ts';

const problem = (id: string, source: string | null, more: Record<string, unknown> = {}): Recorded => ({
  resource: {
    resourceType: 'Condition',
    id,
    clinicalStatus: { coding: [{ code: 'active' }] },
    code: { text: 'Hypertension', coding: [{ system: 'http://snomed.info/sct', code: '38341003' }] },
    onsetDateTime: '1956-07-17',
    ...more,
  },
  version: 1,
  occurredAt: '1956-07-17T00:00:00.000Z',
  recorded: { at: '2026-03-01T10:00:00.000Z', by: null, source, reason: null },
});
const shown = (...all: Recorded[]) =>
  toState('problems', all, null).items.map(({ id, sources, shownWith }) => ({ id, sources, shownWith }));

describe('a problem that several sources report', () => {
  test('is shown once with all of them, and each stays an entry that can be ended', () => {
    expect(shown(problem('a', null), problem('b', 'Harbour'), problem('c', 'Riverside'))).toEqual([
      { id: 'a', sources: [null, 'Harbour', 'Riverside'], shownWith: undefined },
      { id: 'b', sources: undefined, shownWith: 'a' },
      { id: 'c', sources: undefined, shownWith: 'a' },
    ]);
  });

  test('stays two where one source has it twice, or where they do not say the very same', () => {
    expect(shown(problem('a', 'Harbour'), problem('b', 'Harbour')).every(({ shownWith }) => !shownWith)).toBe(
      true,
    );
    const later = problem('b', 'Riverside', { onsetDateTime: '1988' });
    expect(shown(problem('a', 'Harbour'), later).every(({ shownWith }) => !shownWith)).toBe(true);
  });
});
