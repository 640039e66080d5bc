import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, ask, onSessionEnd } from '../../../client/wire/api.ts';

const answer = (status: number, body: unknown) =>
  vi.fn<typeof fetch>().mockResolvedValue(new Response(JSON.stringify(body), { status }));

const refusalOf = (request: Promise<unknown>): Promise<ApiError> =>
  request.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as ApiError,
  );

afterEach(() => {
  vi.unstubAllGlobals();
  onSessionEnd(() => {});
});

describe('asking the service', () => {
  it('gives a refusal its code and its words', async () => {
    vi.stubGlobal('fetch', answer(409, { type: 'conflict', detail: 'Somebody was faster.' }));
    const refusal = await refusalOf(ask('POST', '/api/x', { body: {} }));
    expect(refusal).toBeInstanceOf(ApiError);
    expect([refusal.code, refusal.status, refusal.detail]).toEqual(['conflict', 409, 'Somebody was faster.']);
  });

  it('tells a service that gives no answer from one that says no', async () => {
    vi.stubGlobal('fetch', vi.fn<typeof fetch>().mockRejectedValue(new TypeError('failed')));
    expect((await refusalOf(ask('GET', '/api/x'))).code).toBe('unreachable');
  });

  it('ends the session on the screen when the service no longer knows it', async () => {
    const ended = vi.fn<() => void>();
    onSessionEnd(ended);
    vi.stubGlobal('fetch', answer(401, { type: 'unauthenticated' }));
    await refusalOf(ask('GET', '/api/wards'));
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('ends no session over wrong credentials, a needed confirmation, or a question who is there', async () => {
    const ended = vi.fn<() => void>();
    onSessionEnd(ended);
    vi.stubGlobal('fetch', answer(401, { type: 'credentials' }));
    await refusalOf(ask('POST', '/api/session', { body: {} }));
    vi.stubGlobal('fetch', answer(401, { type: 'reauthenticate' }));
    await refusalOf(ask('POST', '/api/x', { body: {} }));
    vi.stubGlobal('fetch', answer(401, { type: 'unauthenticated' }));
    await refusalOf(ask('GET', '/api/session', { asksWho: true }));
    expect(ended).not.toHaveBeenCalled();
  });

  it('marks what the screen asks by itself, so that it keeps no session alive', async () => {
    const fetching = answer(200, {});
    vi.stubGlobal('fetch', fetching);
    await ask('GET', '/api/x', { background: true });
    fetching.mockResolvedValue(new Response('{}'));
    await ask('GET', '/api/x');
    const headers = fetching.mock.calls.map(([, request]) => new Headers(request?.headers));
    expect(headers.map((each) => each.has('Cochart-Background'))).toEqual([true, false]);
  });
});
