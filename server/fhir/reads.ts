import type { Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import { textAt } from '../../shared/patients/fhirValue.ts';
import { refusals, refuse, type Refusal, type RefusalCode } from '../../shared/wire/refusals.ts';
import { signedIn, type Env } from '../http/route.ts';
import { askedEntry, type AskInside } from './askEntry.ts';
import { at } from './check.ts';
import type { EntryRequest } from './entries.ts';

/** `Type/id` of an address, with or without a version of it. */
const targetOf = ({ url }: EntryRequest): string | null =>
  /^([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(\/_history\/\d+)?$/.exec(url.split('?', 1)[0]!)?.[1] ?? null;

const isRead = ({ method }: EntryRequest): boolean => method === 'GET' || method === 'HEAD';

/**
 * What a transaction reads is answered from the record as it will be (R4, 3.1.0.11.2), and yet a read that fails must
 * leave nothing written. So each is tried before: what does not depend on the writes has its answer then, kept in
 * `answers`; what the writes make or change is only asked whether this person may read it.
 */
export async function checkReads(
  c: Context<Env>,
  ask: AskInside,
  entries: EntryRequest[],
  base: string,
  answers: Map<number, object>,
): Promise<Refusal | null> {
  const written = new Map(
    entries.filter((entry) => !isRead(entry)).map((entry) => [targetOf(entry), entry.method]),
  );
  // What a condition will find is not known yet: it may be what is read.
  const mayBeAny = entries.some((entry) => !isRead(entry) && entry.method !== 'POST' && !targetOf(entry));
  for (const [index, entry] of entries.entries()) {
    if (!isRead(entry)) continue;
    const target = targetOf(entry);
    const becomes = target === null ? undefined : written.get(target);
    if (becomes === 'DELETE') return at(entry.place, refuse('gone'));
    if (becomes === 'PUT' && !entry.url.includes('/_history/')) {
      if (!can(signedIn(c).user, 'chart:read')) return at(entry.place, refuse('forbidden'));
      continue;
    }
    const answered = await askedEntry(c, ask, entry, base, index);
    const status = Number(textAt(answered, 'response', 'status')?.slice(0, 3));
    if (status >= 400) return at(entry.place, refuse(codeFor(status)));
    if (target !== null && becomes === undefined && !mayBeAny) answers.set(index, answered);
  }
  return null;
}

const codes = Object.keys(refusals) as RefusalCode[];

const codeFor = (status: number): RefusalCode =>
  codes.find((code) => refusals[code].status === status) ?? 'internal';
