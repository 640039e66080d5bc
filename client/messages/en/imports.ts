const count = (number: number, one: string, many: string): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

const size = (bytes: number): string => {
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes < 1024 ? `${Math.floor(mebibytes)} MB` : `${Math.floor((mebibytes / 1024) * 10) / 10} GB`;
};

const percent = (share: number): string => `${Math.floor(share * 100)} %`;

export const imports = {
  imports: {
    title: 'Imports',
    none: 'Nothing was imported yet',
    noneWords:
      'Send a file above, or import files and folders on the command line: npx cochart import <files>.',
    send: 'Send a file',
    drop: 'Drop FHIR files here to import them',
    kinds: (mostBytes: number) => `Bundles or NDJSON, also packed with gzip, up to ${size(mostBytes)} each.`,
    choose: 'Choose files',
    source: 'Where the records come from',
    sourceHint: 'Ids of one source mean the same each time. Left empty: this site.',
    onTheirWay: 'Files on their way',
    waiting: 'Waiting',
    sending: (share: number) => `Sending, ${percent(share)}`,
    sendingOf: (name: string) => `Sending ${name}`,
    stop: (name: string) => `Do not send ${name}`,
    tooLarge: (mostBytes: number) =>
      `Larger than ${size(mostBytes)}. Import it on the command line: npx cochart import <file>.`,
    notSent: {
      unreachable: 'Not sent: the service could not be reached.',
      unavailable: 'Not sent: other imports are under way. Try again later.',
      forbidden: 'Not sent: your role may not import.',
    } as Record<string, string>,
    notSentAtAll: 'Not sent: something went wrong. Try again.',
    itsTurn: 'Waiting for its turn',
    underWay: (share: number) => `Being stored, ${percent(share)}`,
    failed: 'The imports could not be loaded',
    back: 'All imports',
    more: 'Show earlier imports',
    missing: 'There is no such import at your site',
    from: (source: string) => `from ${source}`,
    ownSite: 'this site’s own data',
    unfinished: 'Not finished: running, or cut off. Import or send the same again to go on.',
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
