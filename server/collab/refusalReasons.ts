/** Why an update is not taken; `rejected` says it to the client, and its row in the quarantine keeps it. */
export type RefusalReason =
  | 'malformed'
  | 'too-large'
  | 'no-permission'
  | 'foreign-client'
  | 'gap'
  | 'future-deletion'
  | 'unknown-root'
  | 'cycle'
  | 'wrong-place'
  | 'forbidden-content'
  | 'forbidden-key'
  | 'second-creation'
  | 'deleted-key'
  | 'order-category'
  | 'not-applicable'
  /** It says otherwise of what is known already: a forgery, or a client whose memory is broken. */
  | 'equivocation'
  /** Its document has been signed. */
  | 'sealed'
  /** It came after a refused one on the same connection. */
  | 'follows-refused';
