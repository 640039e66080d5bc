import { board } from './en/board.ts';
import { chart } from './en/chart.ts';
import { chartParts } from './en/chartParts.ts';
import { imports } from './en/imports.ts';
import { shell } from './en/shell.ts';

export const en = {
  common: {
    retry: 'Retry',
    retrying: 'Trying',
    close: 'Close',
    cancel: 'Cancel',
    loading: 'Loading',
    unreachable: 'Cochart cannot be reached',
    unreachableWords: 'The network may be down, or the service is restarting. Nothing is lost on the server.',
    noAnswer: 'No answer came: it may have been done, or not. Try again; it is done only once.',
    changedMeanwhile:
      'Somebody has changed it since you opened this. Nothing of yours was done: close this, look, and do it anew.',
    systemMessages: 'Messages of the system',
  },
  unreadable: {
    title: (count: number) =>
      count === 1
        ? '1 entry could not be read and is not shown.'
        : `${count} entries could not be read and are not shown.`,
    words: 'Do not take what you see here for complete. It has been reported.',
  },
  people: {
    inChart: 'People in this chart now',
    you: 'you',
  },
  ...shell,
  ...board,
  ...chart,
  ...chartParts,
  ...imports,
};
