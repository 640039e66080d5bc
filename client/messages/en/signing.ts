const failed = {
  conflict: 'It changed on the way, so nothing was signed. Look at the difference and sign again.',
  signedByOther: 'Somebody else has signed this note.',
  forbidden: 'Your role may not sign this.',
  unreachable: 'There was no answer. Whether it is signed is not known yet; trying again is safe.',
  'too-many': 'Too many tries. Wait a little.',
  other: 'It could not be signed. Nothing was written.',
};

/** Signing notes and orders. */
export const signing = {
  review: 'Review and sign',
  reviewKeys: 'Ctrl ↵',
  whyNot: {
    loading: 'The note is not loaded yet.',
    signed: 'This note is signed already.',
    role: 'Your role does not sign this kind of note.',
    saving: 'Your last change is being saved. Sign when it is.',
    'not-saved': 'Not everything is saved. Nothing can be signed until it is.',
    offline: 'There is no connection. Nothing can be signed without one.',
  },
  title: (note: string) => `Sign ${note.charAt(0).toLowerCase()}${note.slice(1)}`,
  born: 'Born',
  mrn: 'MRN',
  draft: 'DRAFT',
  notSigned: 'not signed',
  frozenAt: (time: string) => `As it was at ${time}`,
  newer: 'with a newer change',
  preview: 'What you sign',
  empty: 'Nothing is written here',
  newTag: 'New since you opened this',
  changedTitle: 'The text changed while this was open.',
  changedBy: (who: string, time: string) => `${who} changed it at ${time}.`,
  changedWords: 'Look at the change, then sign.',
  changes: 'Changed since you opened this',
  noChanges: 'Nothing since',
  lineChanged: 'Kind or format of the line',
  showNew: 'Show the new change',
  before: 'Before you sign',
  checks: {
    saved: 'All changes saved',
    unsaved: 'Not everything is saved',
    seen: 'Every change was shown to you',
    unseen: 'There is a change that you have not looked at',
    notContested: 'No disputed values in what is selected',
  },
  yours: 'Your signature',
  facts: { as: 'Signing as', time: 'Time', authors: 'Authors', content: 'Content' },
  cosign: 'An attending co-signs this after you.',
  password: 'Your password',
  passwordWhy: 'Confirm who you are. It holds for five minutes.',
  passwordWrong: 'The password is not right.',
  locks: 'Signing locks this note for everyone. Later text becomes an addendum.',
  sign: 'Sign',
  confirmAndSign: 'Confirm and sign',
  cancel: 'Not now',
  done: (what: string) => `${what} is signed.`,
  /** What the service said of a conflict comes first. */
  why: (failure: keyof typeof failed, detail: string | null) =>
    failure === 'conflict' && detail !== null ? `Nothing was signed. ${detail}` : failed[failure],
  failed,
  signedStrip: 'Signed',
  awaitingStrip: 'Awaiting co-signature',
  by: (role: string, name: string) => `by ${role} ${name}`,
  orders: {
    review: (can: number, all: number) =>
      can === all
        ? `Review ${all} ${all === 1 ? 'order' : 'orders'}`
        : `Review ${can} of ${all} ${all === 1 ? 'order' : 'orders'}`,
    title: 'Sign orders',
    choose: 'Orders to sign',
    select: (what: string) => `Sign: ${what}`,
    sign: (count: number) => `Sign ${count} ${count === 1 ? 'order' : 'orders'}`,
    consequence: 'Signed orders are in force at once and leave the basket.',
    changedIn: (fields: readonly string[]) => `Changed since you opened this: ${fields.join(', ')}`,
    changedBy: (what: string, people: readonly string[]) =>
      people.length === 0 ? what : `${what}, by ${people.join(', ')}`,
    changedWords: 'Read it again, then tick it.',
    incomplete: 'Not complete',
    contested: 'Two values: someone must choose',
    gone: 'No longer in the basket',
    fields: {
      detail: 'what is ordered',
      priority: 'the priority',
      indication: 'the reason',
      note: 'the note',
    },
    contestedBetween: (field: string, values: readonly string[]) =>
      `Two values for ${field}: ${values.join('; ')}`,
    valueBy: (value: string, name: string | null, time: string | null) => {
      const whose = [name, time].filter((part) => part !== null).join(', ');
      return whose === '' ? value : `${value} (${whose})`;
    },
    nothing: 'none',
    none: 'There is no order in the basket.',
    done: (count: number) => (count === 1 ? '1 order is signed.' : `${count} orders are signed.`),
    refused: {
      said: (detail: string) => `Not signed. ${detail}`,
      404: 'Not signed: it is no longer in the basket.',
      409: 'Not signed: it changed on the way. Read it again.',
      422: 'Not signed: it is not complete.',
      contested: 'Not signed: two values stand here, someone must choose.',
    },
    for: (reason: string) => `for ${reason}`,
    active: 'Active',
    activeFailed: 'The active orders could not be loaded.',
    signedBy: (name: string, when: string) => `signed by ${name}, ${when}`,
  },
};
