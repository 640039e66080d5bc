import type { QueryClient } from '@tanstack/svelte-query';
import { onAnnouncement, watchPatient } from '../wire/socket.ts';

/** What the screen shows of a patient is asked for again: the lists, the summary, the parts, and the banner of every encounter. */
export function chartChanged(client: QueryClient, patientId: string): void {
  for (const queryKey of [['lists', patientId], ['patient', patientId], ['chart', patientId], ['encounter']])
    void client.invalidateQueries({ queryKey });
}

/** Keeps what is shown of a patient up to date with what others record. Returns how to stop. */
export function followChart(client: QueryClient, patientId: string): () => void {
  const stops = [
    watchPatient(patientId),
    onAnnouncement('chart:changed', (change) => {
      if (change.patientId === patientId) chartChanged(client, patientId);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
