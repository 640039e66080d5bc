import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/signing/content.ts';

/** `contentHash` of a signable view, at once: where a place in the log decides, nothing may happen in between. */
export const contentHashNow = (view: unknown): string =>
  createHash('sha256').update(canonicalJson(view)).digest('hex');
