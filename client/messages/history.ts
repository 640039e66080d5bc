import { history } from './en/history.ts';

/** Words of the history screen. Apart from the others, because they load with it. */
export const historyWords: typeof history = history;
