import { queryOptions, type QueryFunctionContext } from '@tanstack/svelte-query';
import { api, type Asking } from './api.ts';

/** Asking again for what is already on the screen is the screen's doing, not its reader's. */
const asking = ({ client, queryKey, signal }: QueryFunctionContext): Asking => ({
  signal,
  background: client.getQueryData(queryKey) !== undefined,
});

/** What the screens read, each under one key, so that two parts of a screen ask once. */
export const queries = {
  wards: () =>
    queryOptions({
      queryKey: ['wards'],
      queryFn: (context) => api.wards(asking(context)),
      staleTime: 60_000,
    }),
  board: (wardId: string) =>
    queryOptions({
      queryKey: ['board', wardId],
      queryFn: (context) => api.board(wardId, asking(context)),
      refetchInterval: 60_000,
    }),
  patients: (query: string) =>
    queryOptions({
      queryKey: ['patients', query],
      queryFn: (context) => api.patients(query, asking(context)),
    }),
  patient: (patientId: string) =>
    queryOptions({
      queryKey: ['patient', patientId],
      queryFn: (context) => api.patient(patientId, asking(context)),
    }),
  demographics: (patientId: string) =>
    queryOptions({
      queryKey: ['demographics', patientId],
      queryFn: (context) => api.demographics(patientId, asking(context)),
    }),
  writers: (encounterId: string) =>
    queryOptions({
      queryKey: ['writers', encounterId],
      queryFn: (context) => api.writers(encounterId, asking(context)),
    }),
  encounter: (encounterId: string) =>
    queryOptions({
      queryKey: ['encounter', encounterId],
      queryFn: (context) => api.encounter(encounterId, asking(context)),
    }),
};
