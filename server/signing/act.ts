import { eq } from 'drizzle-orm';
import type * as Y from 'yjs';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Batch } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import { guardFiledTo, isFiledTo, type Filing } from '../records/filing.ts';
import type { Mismatch, Sealed, Sealing, SealRequest } from '../log/sealing.ts';
import { signatures } from './tables.ts';

/** What a signature writes once its seal holds, and what follows of it. */
export interface PreparedAct<Answer> {
  batch: Batch;
  /** Whose encounter it was when this was prepared: what is signed is filed to nobody else. */
  filing: Filing;
  told: { by: string; contentHash: string };
  /** What the server then writes into the document. */
  write?: (doc: Y.Doc) => void;
  answer: Answer;
}

/** The document is not what the signer saw, or the record did not take it. */
export type NotSigned = { mismatched: Mismatch } | { refusal: Refusal };

type SigningDeps = Pick<Deps, 'reader' | 'writer' | 'logger'>;

/**
 * A signature from its seal to its confirmation: the seal's place in the log decides what is signed, one batch makes
 * it a fact, and a seal whose act did not come about is taken back.
 */
export async function signUnderSeal<Answer>(
  deps: SigningDeps,
  sealing: Sealing,
  room: string,
  request: SealRequest,
  prepare: (sealed: Sealed) => Promise<Result<PreparedAct<Answer>, Refusal>>,
): Promise<Result<Answer, NotSigned>> {
  const sealed = await sealing.seal(room, request);
  if (!sealed.ok) return no({ mismatched: sealed.error });
  const { actId, author } = request;
  let made: Result<PreparedAct<Answer>, Refusal>;
  try {
    made = await commitAct(deps, actId, await prepare(sealed.value));
  } catch (error) {
    await sealing.unseal(room, actId, author);
    throw error;
  }
  if (!made.ok) {
    await sealing.unseal(room, actId, author);
    return no({ refusal: made.error });
  }
  const { told, write, answer } = made.value;
  try {
    await sealing.confirm(room, actId, told, write);
  } catch (error) {
    // It is signed: what is missing in the document is made up for when it is loaded.
    deps.logger.error({ err: error, room }, 'a signature could not be announced in its document');
  }
  return ok(answer);
}

/** Whoever signed had another patient's name before them: they look again before they sign again. */
const filedElsewhere = refuse(
  'conflict',
  'This encounter was filed to another patient meanwhile. See whose it is before you sign.',
);

async function commitAct<Answer>(
  { reader, writer }: SigningDeps,
  actId: string,
  prepared: Result<PreparedAct<Answer>, Refusal>,
): Promise<Result<PreparedAct<Answer>, Refusal>> {
  if (!prepared.ok) return prepared;
  const { batch, filing } = prepared.value;
  try {
    const statements = [guardFiledTo(filing), ...batch.statements];
    const committed = await writer.commit({ ...batch, statements });
    if (committed.ok) return prepared;
    return no((await isFiledTo(reader, filing)) ? refuse('conflict') : filedElsewhere);
  } catch (error) {
    // A commit that failed may be durable all the same; the record says which.
    if (await findSignature(reader, actId)) return prepared;
    throw error;
  }
}

export async function findSignature(reader: Reader, actId: string) {
  const [found] = await reader.select().from(signatures).where(eq(signatures.id, actId));
  return found ?? null;
}
