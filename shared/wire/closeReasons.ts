/**
 * Close codes of the collaboration socket. y-websocket does not reconnect after 4400 to 4499: those are final.
 */
export const closeReasons = {
  unauthenticated: { code: 4401, words: 'No session, or it ended.' },
  forbidden: { code: 4403, words: 'Not allowed here, or no such room.' },
  refused: { code: 4408, words: 'An update was refused.' },
  epoch: { code: 4410, words: 'The document has been replaced; drop the local copy.' },
  tooLarge: { code: 4413, words: 'Too large.' },
  restarting: { code: 1012, words: 'The service restarts.' },
  fault: { code: 4500, words: 'The document could not be loaded.' },
  ticket: { code: 4510, words: 'The ticket is spent or expired.' },
  tooFast: { code: 4529, words: 'Too fast.' },
} as const;

export type CloseReason = keyof typeof closeReasons;
