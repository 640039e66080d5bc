import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { refusals, refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { Damaged } from '../records/damage.ts';
import { actorOf, Refused, type Env } from './route.ts';

/** RFC 9457. `type` is the refusal's code, a relative reference, and stable; people read `title` and `detail`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { path: string; message: string }[];
  requestId: string;
}

export const toProblem = (refusal: Refusal, requestId: string): Problem => ({
  ...refusal.more,
  type: refusal.code,
  title: refusals[refusal.code].words,
  status: refusals[refusal.code].status,
  ...(refusal.detail === undefined ? {} : { detail: refusal.detail }),
  ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
  requestId,
});

/** What an error that reached the edge means to the caller; null for a bug. */
export function toRefusal(error: unknown): Refusal | null {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof Damaged) return refuse('damaged');
  if (error instanceof HTTPException) {
    if (error.status === 400) return refuse('invalid', 'The body could not be read.');
    if (error.status === 413) return refuse('too-large');
    if (error.status === 415) return refuse('media-type');
  }
  return null;
}

/** Refusals that tell of somebody reaching for what they may not have. */
const reaching = new Set<Refusal['code']>(['forbidden', 'not-found', 'origin']);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The identifiers in the path. Whatever else stands there was typed by somebody and may name a person. */
const identifiersOf = (c: Context<Env>): string | null =>
  Object.values(c.req.param())
    .filter((value): value is string => typeof value === 'string' && uuid.test(value))
    .join(' ') || null;

async function auditRefusal(deps: Deps, c: Context<Env>, code: Refusal['code']): Promise<void> {
  const who = c.get('signedIn');
  if (!who || !reaching.has(code)) return;
  await deps.writer.commit({
    statements: [],
    chained: [
      auditRow({
        action: 'access:refused',
        outcome: 'refused',
        actor: actorOf(who),
        at: deps.now(),
        entity: `${c.req.method} ${routePath(c)}`,
        detail: { code, identifiers: identifiersOf(c) },
      }),
    ],
  });
}

/** The only place where an error becomes an answer: never with a stack, a query or a name in it. */
export const answerError =
  (deps: Deps): ErrorHandler<Env> =>
  async (error, c) => {
    const requestId = c.get('requestId');
    let refusal = toRefusal(error);
    if (!refusal) {
      refusal = refuse('internal');
      deps.logger.error({ requestId, err: error }, 'request failed');
    }
    try {
      await auditRefusal(deps, c, refusal.code);
    } catch (failure) {
      // The answer is a refusal already: nothing is given away by an audit row that is missing.
      deps.logger.error({ requestId, err: failure }, 'refusal could not be audited');
    }
    return answerRefusal(c, refusal);
  };

export function answerRefusal(c: Context<Env>, refusal: Refusal): Response {
  const problem = toProblem(refusal, c.get('requestId'));
  if (refusals[refusal.code].again) c.header('Retry-After', '5');
  return c.body(JSON.stringify(problem), problem.status as 400, {
    'Content-Type': 'application/problem+json',
  });
}
