import { en } from './en.ts';

/** The words on the screen. A second locale joins here; `Words` keeps the dictionaries alike. */
export type Words = typeof en;
export const words: Words = en;
