import { board } from './en/board.ts';
import { chart } from './en/chart.ts';
import { shell } from './en/shell.ts';

export const en = {
  common: {
    retry: 'Retry',
    retrying: 'Trying',
    close: 'Close',
    cancel: 'Cancel',
    loading: 'Loading',
    systemMessages: 'Messages of the system',
  },
  people: {
    inChart: 'People in this chart now',
    you: 'you',
  },
  ...shell,
  ...board,
  ...chart,
};
