import { lists } from './en/lists.ts';

/** Words of a chart's lists and of what is done to them. Apart from the others, because they load with a chart. */
export const listWords: typeof lists = lists;
