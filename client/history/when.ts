import { clock } from '../wire/clock.svelte.ts';

/** `22-Nov-2026 02:58:40`. */
export const momentWords = (at: string | Date): string => `${clock.date(at)} ${clock.timeWithSeconds(at)}`;
