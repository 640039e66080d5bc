import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { refuse } from '../../shared/wire/refusals.ts';
import type { SignedIn } from '../auth/signedIn.ts';
import type { Deps } from '../deps.ts';
import { answerError, toRefusal } from '../http/errors.ts';
import { allow, type Env } from '../http/route.ts';
import { answer, baseUrl } from './answer.ts';
import type { AskInside } from './askEntry.ts';
import { bundleRoutes } from './bundleRoutes.ts';
import { capabilityStatement } from './capability.ts';
import { historyRoutes } from './historyRoutes.ts';
import { answersInJson } from './negotiate.ts';
import { operationRoutes } from './operationRoutes.ts';
import { toOutcome } from './outcome.ts';
import { readRoutes } from './readRoutes.ts';
import { terminologyOperations } from './terminology.ts';
import { searchRoutes } from './search/routes.ts';
import { writeRoutes } from './writeRoutes.ts';

/** By now a refusal has been logged, audited and answered as everywhere; only its form is FHIR's. */
export const inFhirForm: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  if (c.error) c.res = answer(c, toOutcome(toRefusal(c.error) ?? refuse('internal')), c.res.status);
};

/** All that is asked about one thing at a time: what a request says, and what an entry of a bundle says. */
const singleRoutes = (deps: Deps) =>
  new Hono<Env>()
    .get('/metadata', allow('everyone'), (c) =>
      answer(c, capabilityStatement(baseUrl(c, deps.config), deps.now())),
    )
    .route('/', historyRoutes(deps))
    .route('/', terminologyOperations(deps))
    .route('/', operationRoutes(deps))
    .route('/', readRoutes(deps))
    .route('/', searchRoutes(deps))
    .route('/', writeRoutes(deps));

/** The FHIR API, version R4. */
export const fhirRoutes = (deps: Deps) =>
  new Hono<Env>()
    .use(answersInJson)
    .route('/', bundleRoutes(deps, askInside(deps)))
    .route('/', singleRoutes(deps));

/** Who asks from inside, handed over with the request: there is no cookie to be recognised by. */
interface Inside {
  who: SignedIn;
  requestId: string;
}

function askInside(deps: Deps): AskInside {
  const inside = new Hono<Env>();
  inside.onError(answerError(deps));
  inside.notFound((c) => answer(c, toOutcome(refuse('not-found')), 404));
  inside.use(async (c, next) => {
    const { who, requestId } = c.env as unknown as Inside;
    c.set('signedIn', who);
    c.set('requestId', requestId);
    await next();
  });
  inside.use(inFhirForm);
  inside.route('/fhir/R4', singleRoutes(deps));
  return async (c: Context<Env>, request: Request) => {
    const who = c.get('signedIn');
    return inside.fetch(request, { who, requestId: c.get('requestId') } as unknown as Env);
  };
}
