/**
 * The one table of refusals: what the service answers when it will not do what was asked, on every wire.
 * `status` is the HTTP status, `again` tells a client whether the same request can succeed later by itself,
 * `words` is what a person reads.
 */
export const refusals = {
  unauthenticated: { status: 401, again: false, words: 'Sign in to go on.' },
  credentials: { status: 401, again: false, words: 'The user name or the password is not right.' },
  reauthenticate: { status: 401, again: false, words: 'Confirm who you are to go on.' },
  forbidden: { status: 403, again: false, words: 'Your role may not do this.' },
  origin: { status: 403, again: false, words: 'This request came from another site.' },
  'not-found': { status: 404, again: false, words: 'There is nothing here that you may see.' },
  'method-not-allowed': { status: 405, again: false, words: 'This cannot be done here.' },
  'not-acceptable': { status: 406, again: false, words: 'The service does not answer in this format.' },
  invalid: { status: 400, again: false, words: 'Something in the request is not right.' },
  conflict: { status: 409, again: false, words: 'It has changed since you looked at it.' },
  'key-reused': {
    status: 409,
    again: false,
    words: 'This idempotency key was used for a different request.',
  },
  gone: { status: 410, again: false, words: 'This has ended. Its history can still be read.' },
  'precondition-failed': {
    status: 412,
    again: false,
    words: 'It is not as the request expects it to be.',
  },
  'too-large': { status: 413, again: false, words: 'This is larger than the service takes.' },
  'media-type': { status: 415, again: false, words: 'The service does not read this format.' },
  unprocessable: { status: 422, again: false, words: 'It cannot be done as it stands.' },
  'too-many': { status: 429, again: true, words: 'Too many tries. Wait a little and try again.' },
  damaged: {
    status: 500,
    again: false,
    words: 'This is damaged on record and is not shown. It has been reported.',
  },
  internal: { status: 500, again: true, words: 'Something went wrong on our side. It has been noted.' },
  unavailable: { status: 503, again: true, words: 'The service cannot do this just now.' },
} as const satisfies Record<string, { status: number; again: boolean; words: string }>;

export type RefusalCode = keyof typeof refusals;

export interface Refusal {
  code: RefusalCode;
  /** What was wrong and where, for people; never text from a chart. */
  detail?: string;
  /** Field-level problems: a JSON pointer and a sentence. */
  errors?: { path: string; message: string }[];
  /** What the answer says beyond that (RFC 9457, extension members): a current hash, what else was refused. */
  more?: Readonly<Record<string, unknown>>;
}

export const refuse = (code: RefusalCode, detail?: string): Refusal => ({
  code,
  ...(detail === undefined ? {} : { detail }),
});
