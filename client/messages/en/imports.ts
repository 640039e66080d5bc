const count = (number: number, one: string, many: string): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

export const imports = {
  imports: {
    title: 'Imports',
    none: 'Nothing was imported yet',
    noneWords: 'An import is started on the command line: npx cochart import <files>.',
    failed: 'The imports could not be loaded',
    back: 'All imports',
    more: 'Show earlier imports',
    missing: 'There is no such import at your site',
    from: (source: string) => `from ${source}`,
    ownSite: 'this site’s own data',
    unfinished: 'Not finished: running, or cut off. Import the same again to go on.',
    outcomes: {
      running: 'Not finished',
      stored: 'Stored',
      partly: 'Stored in part',
      refused: 'Not stored',
    } as Record<string, string>,
    files: (done: number, asked: number) =>
      done === asked
        ? count(asked, 'file', 'files')
        : `${count(done, 'file', 'files')} of ${asked.toLocaleString('en-US')}`,
    created: (number: number) => `${number.toLocaleString('en-US')} new`,
    updated: (number: number) => `${number.toLocaleString('en-US')} updated`,
    unchanged: (number: number) => `${number.toLocaleString('en-US')} unchanged`,
    leftOut: (number: number) => `${number.toLocaleString('en-US')} left out`,
    columns: {
      file: 'File',
      created: 'New',
      updated: 'Updated',
      unchanged: 'Unchanged',
      leftOut: 'Left out',
    },
    why: (number: number) => `${count(number, 'thing', 'things')} left out, and why`,
    open: (number: number) =>
      `${count(number, 'reference points', 'references point')} to nothing on record, kept as ${number === 1 ? 'it stands' : 'they stand'}`,
    followed: (number: number) =>
      `${count(number, 'resource', 'resources')} of a record that was merged here, filed to the record that remains`,
    first: (shown: number) => `The first ${shown.toLocaleString('en-US')} are named.`,
    start: 'the whole file',
  },
};
