import { expect, test } from 'vitest';
import { Workspace } from '../../../client/encounter/workspace.svelte.ts';
import type { EncounterDetail } from '../../../shared/encounters/schema.ts';

const encounterOf = (patientId: string): EncounterDetail =>
  ({ id: 'encounter', patient: { id: patientId } }) as EncounterDetail;

test('that a chart was filed to another patient while it is open is known until that is seen or undone', () => {
  const workspace = new Workspace('encounter', null);
  const know = (patientId: string): string | null => {
    workspace.know(encounterOf(patientId));
    return workspace.refiledFrom?.id ?? null;
  };
  expect([know('first'), know('first')]).toEqual([null, null]);
  expect([know('second'), know('second'), know('third')]).toEqual(['first', 'first', 'first']);
  expect(workspace.encounter?.patient.id).toBe('third');
  expect(know('first')).toBeNull();
  know('second');
  workspace.refiledFrom = null;
  expect(know('second')).toBeNull();
});
