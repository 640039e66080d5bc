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
    systemMessages: 'Messages of the system',
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
