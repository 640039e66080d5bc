import { untrack } from 'svelte';
import { toast } from 'svelte-sonner';
import type { PatientSummary } from '../../shared/patients/schema.ts';
import { words } from '../messages/words.ts';
import { charts } from '../patients/charts.svelte.ts';

/** Puts a chart at the front of the app bar. Says so when another had to be closed for it. */
export function showChart(patient: PatientSummary, bed: string | null, path: string): void {
  const { id: patientId, family, name } = patient;
  // Called from effects, which follow the chart and not the list that it joins.
  const closed = untrack(() => charts.show({ patientId, family, name, bed, path }));
  if (closed) toast(words.bar.chartsFull);
}
