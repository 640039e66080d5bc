import type { EncounterDetail, WardBoard, wardLine } from '../../shared/encounters/schema.ts';
import type { ChartSummary, EncounterLine, PatientSummary } from '../../shared/patients/schema.ts';
import type { RefusalCode } from '../../shared/wire/refusals.ts';
import type { SessionUser } from '../../shared/wire/session.ts';
import type { Role } from '../../shared/access/capabilities.ts';
import type { z } from 'zod';
import { clock } from './clock.svelte.ts';

export interface Site {
  id: string;
  name: string;
  label: string;
  timeZone: string;
}

export interface DemoAccount {
  username: string;
  role: Role;
  name: string;
  siteId: string;
  words: string;
}

/** What the sign-in page shows before anybody is known. */
export interface Welcome {
  sites: Site[];
  demo: { password: string; accounts: DemoAccount[] } | null;
}

export interface List<T> {
  items: T[];
  /** The query of the following page. */
  next?: string;
}

export type WardLine = z.infer<typeof wardLine>;

/** An answer that is not a yes: the service's refusal, or `unreachable` when there was no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly code: RefusalCode | 'unreachable',
    readonly status: number,
    readonly detail: string | null = null,
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

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Typed by the shared constant, written out here: its module would bring the schemas into every page. */
const backgroundHeader: typeof import('../../shared/wire/session.ts').backgroundHeader = 'Cochart-Background';

/** How a screen asks. */
export interface Asking {
  signal?: AbortSignal;
  /** The screen asks by itself: nobody's session lives longer for it. */
  background?: boolean;
}

interface Options extends Asking {
  body?: unknown;
  /** Makes a repeated act one act. */
  idempotencyKey?: string;
  /** A 401 is an answer to this question, not the end of a session. */
  asksWho?: boolean;
}

/** One request to the service. @throws ApiError */
export async function ask<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const { body, signal, idempotencyKey, background = false, asksWho = false } = options;
  const response = await fetch(path, {
    method,
    signal,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(background ? { [backgroundHeader]: '1' } : {}),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('unreachable', 0);
  });
  clock.observe(response.headers.get('date'));
  if (!response.ok) throw await problemOf(response, asksWho);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function problemOf(response: Response, asksWho: boolean): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as { type?: string; detail?: string };
  const named = problem.type?.split(/[/:#]/).at(-1) as RefusalCode | undefined;
  const code = named ?? (response.status === 401 ? 'unauthenticated' : 'internal');
  if (code === 'unauthenticated' && !asksWho) whenSessionEnds();
  return new ApiError(code, response.status, problem.detail ?? null);
}

const part = encodeURIComponent;

/** What a chart gives to those who may not read it: who it is, and when they came. */
export interface Demographics {
  patient: PatientSummary;
  encounters: EncounterLine[];
}

export interface FirstAdministrator {
  token: string;
  username: string;
  name: string;
  password: string;
  siteName: string;
  timeZone: string;
}

export const api = {
  welcome: () => ask<Welcome>('GET', '/api/welcome'),
  setUp: (first: FirstAdministrator) => ask<void>('POST', '/api/setup', { body: first, asksWho: true }),
  session: () => ask<{ user: SessionUser }>('GET', '/api/session', { asksWho: true }),
  signIn: (username: string, password: string) =>
    ask<{ user: SessionUser }>('POST', '/api/session', { body: { username, password }, asksWho: true }),
  signOut: () => ask<void>('DELETE', '/api/session', { asksWho: true }),
  wards: (how: Asking) => ask<List<WardLine>>('GET', '/api/wards', how),
  board: (wardId: string, how: Asking) => ask<WardBoard>('GET', `/api/wards/${part(wardId)}/board`, how),
  /** `next` is the query of a following page, as the page before it said. */
  patients: (query: string, how: Asking, next?: string) =>
    ask<List<PatientSummary>>('GET', `/api/patients?${next?.replace(/^\?/, '') ?? `q=${part(query)}`}`, how),
  patient: (patientId: string, how: Asking) =>
    ask<ChartSummary>('GET', `/api/patients/${part(patientId)}`, how),
  demographics: (patientId: string, how: Asking) =>
    ask<Demographics>('GET', `/api/patients/${part(patientId)}`, how),
  encounter: (encounterId: string, how: Asking) =>
    ask<EncounterDetail>('GET', `/api/encounters/${part(encounterId)}`, how),
  startEncounter: (draft: { patientId: string; class: string; wardId?: string }, idempotencyKey: string) =>
    ask<{ id: string }>('POST', '/api/encounters', { body: draft, idempotencyKey }),
};
