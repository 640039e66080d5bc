import { and, eq, lt } from 'drizzle-orm';
import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import { guardOneRow, statement, type Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { refused, signedIn, type Env } from './route.ts';
import { idempotentAnswers } from './tables.ts';

/** The statements that keep an act's answer; they belong into the act's own batch. None without a key. */
export type Remember = (status: number, body: unknown) => Statement[];

const keyShape = /^[\x21-\x7e]{1,200}$/;

/** Acts under way, so that the second of two equal requests waits for the first and then finds its answer. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Makes an act happen once per `Idempotency-Key`: the same key with the same request gets the first answer again,
 * with another request it is refused. A refused act is not remembered: nothing was done, and it may be tried again.
 *
 *     .post('/notes', allow(...), valid('json', draft), (c) =>
 *       once(deps, c, async (remember) => {
 *         const body = { noteId: deps.newId() };
 *         await deps.writer.commit({ statements: [..., ...remember(201, body)], chained: [...] });
 *         return c.json(body, 201);
 *       }))
 */
export async function once<Answer>(
  deps: Pick<Deps, 'reader' | 'now'>,
  c: Context<Env>,
  act: (remember: Remember) => Promise<Answer>,
  /** What is asked, where the body is too large to be held and was read already. */
  asked?: string,
): Promise<Answer> {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined) return act(() => []);
  if (!keyShape.test(key))
    throw refused('invalid', 'An Idempotency-Key has 1 to 200 visible ASCII characters.');
  const userId = signedIn(c).user.id;
  const request = asked === undefined ? await fingerprint(c) : `${c.req.method} ${c.req.path} ${asked}`;
  return inTurn(`${userId} ${key}`, async () => {
    const before = await answerBefore(deps, userId, key);
    if (before) {
      if (before.request !== request) throw refused('key-reused');
      // The type of the act's own answer: this is that answer, read back.
      return c.body(before.body, before.status as 200, { 'Content-Type': 'application/json' }) as Answer;
    }
    return act((status, body) => [
      statement(
        deps.reader
          .insert(idempotentAnswers)
          .values({ userId, key, request, status, body: JSON.stringify(body), at: deps.now().toISOString() })
          .onConflictDoNothing(),
      ),
      guardOneRow,
    ]);
  });
}

async function inTurn<T>(name: string, run: () => Promise<T>): Promise<T> {
  const before = underWay.get(name) ?? Promise.resolve();
  const mine = before.then(run, run);
  underWay.set(name, mine);
  try {
    return await mine;
  } finally {
    if (underWay.get(name) === mine) underWay.delete(name);
  }
}

/** Method, path and SHA-256 of the body. */
async function fingerprint(c: Context<Env>): Promise<string> {
  const body = Buffer.from(await c.req.arrayBuffer());
  return `${c.req.method} ${c.req.path} ${createHash('sha256').update(body).digest('hex')}`;
}

async function answerBefore({ reader }: Pick<Deps, 'reader'>, userId: string, key: string) {
  const [found] = await reader
    .select()
    .from(idempotentAnswers)
    .where(and(eq(idempotentAnswers.userId, userId), eq(idempotentAnswers.key, key)));
  return found;
}

/** A device that was away for longer than this asks what has become of its acts instead of repeating them. */
const keptForMs = 30 * 24 * 60 * 60_000;

export async function forgetOldAnswers({
  reader,
  writer,
  now,
}: Pick<Deps, 'reader' | 'writer' | 'now'>): Promise<void> {
  const before = new Date(now().getTime() - keptForMs).toISOString();
  await writer.commit({
    statements: [statement(reader.delete(idempotentAnswers).where(lt(idempotentAnswers.at, before)))],
  });
}
