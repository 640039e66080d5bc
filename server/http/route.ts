import { zValidator } from '@hono/zod-validator';
import type { Context, MiddlewareHandler, ValidationTargets } from 'hono';
import type { ZodType } from 'zod';
import type { Capability } from '../../shared/access/capabilities.ts';
import { capabilitiesOf } from '../../shared/access/capabilities.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import type { SignedIn } from '../auth/signedIn.ts';

export { actorOf, type SignedIn } from '../auth/signedIn.ts';

export interface Env {
  Variables: { requestId: string; signedIn: SignedIn | null };
}

/** What a route demands of whoever calls it: everyone, any session, or one of some capabilities. */
export type Access = 'everyone' | 'signed-in' | readonly Capability[];

/** Thrown by routes to answer with a refusal; `errors.ts` turns it into problem+json. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

export const refused = (code: Refusal['code'], detail?: string): Refused => new Refused(refuse(code, detail));

const accessOf = new WeakMap<MiddlewareHandler, Access>();

/** What a route's middleware demands, for the list of routes that the access matrix walks. */
export const declaredAccess = (handler: MiddlewareHandler): Access | undefined => accessOf.get(handler);

/** The first handler of every route: says who may call it. A route without it is refused to all (see app.ts). */
export function allow(...demanded: ['everyone'] | ['signed-in'] | Capability[]): MiddlewareHandler<Env> {
  const first = demanded[0];
  const access: Access = first === 'everyone' || first === 'signed-in' ? first : (demanded as Capability[]);
  const handler: MiddlewareHandler<Env> = async (c, next) => {
    if (access !== 'everyone') {
      const { role } = signedIn(c).user;
      if (access !== 'signed-in' && !access.some((capability) => capabilitiesOf(role).has(capability))) {
        throw refused('forbidden');
      }
    }
    await next();
  };
  accessOf.set(handler as MiddlewareHandler, access);
  return handler;
}

/** The person on this request. @throws Refused `unauthenticated` */
export function signedIn(c: Context<Env>): SignedIn {
  const who = c.get('signedIn');
  if (!who) throw refused('unauthenticated');
  return who;
}

/** Parses a part of the request. What does not fit is answered `invalid`, naming each field. */
export const valid = <Target extends keyof ValidationTargets, Schema extends ZodType>(
  target: Target,
  schema: Schema,
) =>
  zValidator(target, schema, (result) => {
    if (result.success) return;
    throw new Refused({
      ...refuse('invalid'),
      errors: result.error.issues.map((issue) => ({
        path: '/' + issue.path.map(String).join('/'),
        message: issue.message,
      })),
    });
  });
