import { clock } from '../wire/clock.svelte.ts';

/** `02:58:40`: in a history, two changes can share a minute. Zones move clocks by whole minutes. */
export const timeWithSeconds = (at: string | Date): string =>
  `${clock.time(at)}:${String(new Date(at).getUTCSeconds()).padStart(2, '0')}`;

/** `22-Nov-2026 02:58:40`. */
export const momentWords = (at: string | Date): string => `${clock.date(at)} ${timeWithSeconds(at)}`;
