import { QueryClient } from '@tanstack/svelte-query';
import { isApiError } from './api.ts';

/** Only what can succeed by itself is tried again: a refusal stays a refusal. */
const worthAnotherTry = (error: unknown): boolean =>
  isApiError(error) && (error.code === 'unreachable' || error.status >= 500);

export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What was read of a chart does not outlive the screen for long.
        gcTime: 60_000,
        retry: (count, error) => count < 1 && worthAnotherTry(error),
        retryDelay: 800,
        // `navigator.onLine` lies in both directions; the request itself finds out.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
