import { hc, type InferResponseType } from 'hono/client';
import type { Api } from '../../server/app.ts';
import type { ChartSummary } from '../../shared/patients/schema.ts';
import type { RefusalCode } from '../../shared/wire/refusals.ts';
import { clock } from './clock.svelte.ts';
import { unreadable } from './unreadable.svelte.ts';

/** An answer that is not a yes: the service's refusal, or `unreachable` when there was no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly code: RefusalCode | 'unreachable',
    readonly status: number,
    readonly detail: string | null = null,
    /** All that the refusal says (RFC 9457), with its own members. */
    readonly problem: Readonly<Record<string, unknown>> = {},
  ) {
    super(code);
  }
}

export const isApiError = (error: unknown, code?: ApiError['code']): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code);

let whenSessionEnds: () => void = () => {};

/** Told when the service no longer knows us. */
export function onSessionEnd(listener: () => void): void {
  whenSessionEnds = listener;
}

/** How often somebody has signed in here: what was asked before says nothing of the session that there is since. */
let signIns = 0;

let person: string | null = null;

/** Whose screen this is: everything asked from now on says so. */
export function speakFor(userId: string | null): void {
  person = userId;
}

/** Typed by the shared constants, written out here: their module would bring the schemas into every page. */
const personHeader: typeof import('../../shared/wire/session.ts').personHeader = 'Cochart-User';
const backgroundHeader: typeof import('../../shared/wire/session.ts').backgroundHeader = 'Cochart-Background';

/** How a screen asks. */
export interface Asking {
  signal?: AbortSignal;
  /** The screen asks by itself: nobody's session lives longer for it. */
  background?: boolean;
  /** Makes a repeated act one act. */
  idempotencyKey?: string;
}

const headersOf = ({ background = false, idempotencyKey }: Asking): Record<string, string> => ({
  accept: 'application/json',
  ...(person === null ? {} : { [personHeader]: person }),
  ...(background ? { [backgroundHeader]: '1' } : {}),
  ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
});

interface Answer<T> extends Pick<Response, 'ok' | 'status' | 'headers' | 'url'> {
  json(): Promise<T>;
}

/** What was answered, once it is a yes. `asksWho`: a 401 answers the question, and ends no session. */
async function settled<T>(asked: Promise<Answer<T>>, asksWho = false): Promise<T> {
  const askedIn = signIns;
  const response = await asked.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('unreachable', 0);
  });
  clock.observe(response.headers.get('date'));
  unreadable.hear(response.url, response.headers);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code === 'unauthenticated') {
      // Asked with the cookie of a session that was replaced meanwhile: not an answer to who is here now.
      if (askedIn !== signIns) throw new ApiError('unreachable', response.status);
      if (!asksWho) whenSessionEnds();
    }
    throw problem;
  }
  return response.status === 204 ? (undefined as T) : response.json();
}

async function problemOf(response: Answer<unknown>): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as {
    type?: string;
    detail?: string;
    [member: string]: unknown;
  };
  const named = problem.type?.split(/[/:#]/).at(-1) as RefusalCode | undefined;
  const code = named ?? (response.status === 401 ? 'unauthenticated' : 'internal');
  return new ApiError(code, response.status, problem.detail ?? null, problem);
}

interface Options extends Asking {
  body?: unknown;
  asksWho?: boolean;
}

/** One request by its address, for what the typed calls below do not cover. @throws ApiError */
export function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  { body, asksWho, signal, ...asking }: Options = {},
): Promise<T> {
  const request: RequestInit = { method, signal, credentials: 'same-origin', headers: headersOf(asking) };
  if (body !== undefined) {
    request.headers = { ...headersOf(asking), 'content-type': 'application/json' };
    request.body = JSON.stringify(body);
  }
  return settled<T>(fetch(path, request), asksWho);
}

interface Sending {
  signal: AbortSignal;
  idempotencyKey: string;
  /** Of what is sent, 0 to 1. */
  onProgress: (share: number) => void;
}

/** Sends a file, and says how far it has come, which `fetch` cannot. @throws ApiError */
export const send = <T>(path: string, file: Blob, how: Sending): Promise<T> =>
  settled<T>(
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', path);
      for (const [name, value] of Object.entries(headersOf(how))) request.setRequestHeader(name, value);
      request.upload.addEventListener('progress', ({ loaded, total }) =>
        how.onProgress(total === 0 ? 0 : loaded / total),
      );
      request.addEventListener('load', () => {
        const headers = new Headers(
          request
            .getAllResponseHeaders()
            .trim()
            .split('\r\n')
            .map((line): [string, string] => {
              const colon = line.indexOf(':');
              return [line.slice(0, colon), line.slice(colon + 1).trim()];
            }),
        );
        resolve(new Response(request.responseText, { status: request.status, headers }));
      });
      request.addEventListener('error', () => reject(new Error('The service could not be reached.')));
      how.signal.addEventListener('abort', () => request.abort(), { once: true });
      request.addEventListener('abort', () => reject(new DOMException('Given up.', 'AbortError')));
      request.send(file);
    }),
  );

const { api: routes } = hc<Api>('/');

const how = (asking: Asking = {}) => ({
  headers: headersOf(asking),
  init: { signal: asking.signal, credentials: 'same-origin' as const },
});

/** What the sign-in page shows before anybody is known. */
export type Welcome = InferResponseType<typeof routes.welcome.$get>;
export type Site = Welcome['sites'][number];
export type DemoAccount = NonNullable<Welcome['demo']>['accounts'][number];

type FirstAdministrator = Parameters<typeof routes.setup.$post>[0]['json'];

/** A page of a list; `next` is the query of the following one. */
export interface List<T> {
  items: T[];
  next?: string;
}

/** What the service gives of a patient to those who may read the chart, and to those who may not. */
type Patient = InferResponseType<(typeof routes.patients)[':id']['$get']>;
type Demographics = Exclude<Patient, { banner: unknown }>;

const patient = (id: string, asking: Asking): Promise<Patient> =>
  settled(routes.patients[':id'].$get({ param: { id } }, how(asking)));

/** The typed calls. Each throws an `ApiError` for an answer that is not a yes. */
export const api = {
  welcome: () => settled(routes.welcome.$get({}, how())),
  setUp: (json: FirstAdministrator) => settled(routes.setup.$post({ json }, how()), true),
  session: () => settled(routes.session.$get({}, how()), true),
  /** Who is signed in in this browser, whosever screen this is. */
  whoIsHere: () => settled(routes.session.$get({}, { init: how().init }), true),
  /** Somebody is at this screen. */
  active: () => settled(routes.session.active.$post({}, how()), true),
  async signIn(username: string, password: string) {
    const who = await settled(routes.session.$post({ json: { username, password } }, how()), true);
    signIns++;
    return who;
  },
  signOut: () => settled(routes.session.$delete({}, how()), true),
  wards: (asking: Asking) => settled(routes.wards.$get({}, how(asking))),
  board: (id: string, asking: Asking) =>
    settled(routes.wards[':id'].board.$get({ param: { id } }, how(asking))),
  /** `next` is the query of a following page, as the page before it said. */
  patients: (q: string, asking: Asking, next?: string) => {
    const query = next === undefined ? { q } : Object.fromEntries(new URLSearchParams(next));
    return settled(routes.patients.$get({ query }, how(asking)));
  },
  patient: (id: string, asking: Asking) => patient(id, asking) as Promise<ChartSummary>,
  demographics: (id: string, asking: Asking) => patient(id, asking) as Promise<Demographics>,
  encounter: (id: string, asking: Asking) =>
    settled(routes.encounters[':id'].$get({ param: { id } }, how(asking))),
  /** Who has ever written in an encounter's documents. */
  writers: (id: string, asking: Asking) =>
    settled(routes.encounters[':id'].writers.$get({ param: { id } }, how(asking))),
};
