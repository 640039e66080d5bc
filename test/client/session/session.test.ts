import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../../client/session/session.svelte.ts';
import { onSignedInAgain } from '../../../client/wire/again.ts';

const user = {
  id: 'u1',
  username: 'nurse',
  name: 'Nell Ode',
  role: 'nurse',
  siteId: 'a',
  siteName: 'Northgate',
  capabilities: ['chart:read'],
};
const welcome = {
  sites: [{ id: 'a', name: 'Northgate', label: 'site A', timeZone: 'Europe/London' }],
  demo: null,
};

/** A service that knows this person, and hears what is asked of it. */
function service(answers: Record<string, () => Response>) {
  vi.stubGlobal(
    'fetch',
    vi.fn<typeof fetch>((input, request) => {
      const path = typeof input === 'string' ? input : '';
      const found = answers[`${request?.method ?? 'GET'} ${path}`];
      return Promise.resolve(found ? found() : new Response('{}', { status: 404 }));
    }),
  );
}

const known = {
  'GET /api/session': () => Response.json({ user }),
  'GET /api/welcome': () => Response.json(welcome),
  'POST /api/session': () => Response.json({ user }),
};

beforeEach(async () => {
  service(known);
  await session.load();
});

afterEach(() => vi.unstubAllGlobals());

describe('a session on the screen', () => {
  it('is the service’s word: who, at which site, and what they may do', () => {
    expect(session.state).toBe('in');
    expect(session.site?.timeZone).toBe('Europe/London');
    expect(session.can('chart:read')).toBe(true);
    expect(session.can('orders:sign')).toBe(false);
  });

  it('that the service no longer knows locks the screen, which stays whose it was', async () => {
    for (const why of [null, 'expired'] as const) {
      session.end(why);
      expect([session.state, session.user?.id]).toEqual(['locked', 'u1']);
      await session.signIn('nurse', 'the password');
      expect([session.state, session.user?.id]).toEqual(['in', 'u1']);
    }
  });

  it('is not locked by an answer that was asked for before its owner signed in again', async () => {
    let answer: (response: Response) => void = () => undefined;
    const late = new Promise<Response>((resolve) => (answer = resolve));
    service({ ...known, 'GET /api/session': () => late as unknown as Response });
    session.lock();
    const asked = [session.lookAgain(), session.check()];
    await session.signIn('nurse', 'the password');
    answer(Response.json({ type: 'unauthenticated' }, { status: 401 }));
    await Promise.all(asked);
    expect([session.state, session.user?.id]).toEqual(['in', 'u1']);
  });

  it('of somebody who left, or may no longer be here, leaves nothing behind, also behind the lock', async () => {
    for (const why of ['signed-out', 'revoked'] as const) {
      session.lock();
      session.end(why);
      expect([session.state, session.user, session.ended]).toEqual(['out', null, true]);
      await session.load();
    }
  });

  it('goes on with what waited when the same person unlocks it, and forgets it for anybody else', async () => {
    const goOn = vi.fn<() => void>();
    const stop = onSignedInAgain(goOn);
    session.lock();
    await session.signIn('nurse', 'the password');
    expect(goOn).toHaveBeenCalledOnce();
    session.lock();
    service({ ...known, 'POST /api/session': () => Response.json({ user: { ...user, role: 'clerk' } }) });
    await session.signIn('nurse', 'the password');
    session.lock();
    service(known);
    await session.signIn('nurse', 'the password');
    expect(goOn).toHaveBeenCalledOnce();
    stop();
  });

  it('that another tab of this browser has taken over goes on under the new one, or locks when there is none', async () => {
    session.end('replaced');
    await vi.waitFor(() => expect(session.state).toBe('in'));
    service({ 'GET /api/session': () => new Response('{}', { status: 401 }) });
    session.end('replaced');
    await vi.waitFor(() => expect(session.state).toBe('locked'));
    service(known);
    await session.lookAgain();
    expect(session.state).toBe('in');
  });

  it('in which another tab has signed in somebody else is not used: the screen locks, and stays whose it was', async () => {
    const dropped = vi.fn<() => void>();
    onSignedInAgain(() => undefined, dropped);
    const asked: (string | null)[] = [];
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>((_input, request) => {
        const person = new Headers(request?.headers).get('Cochart-User');
        asked.push(person);
        const isTheirs = person === null || person === 'u2';
        return Promise.resolve(
          isTheirs ? Response.json({ user: { ...user, id: 'u2' } }) : new Response('{}', { status: 401 }),
        );
      }),
    );
    await session.check();
    await session.lookAgain();
    expect(asked).toEqual(['u1', null]);
    expect([session.state, session.user?.id]).toEqual(['locked', 'u1']);
    expect(dropped).not.toHaveBeenCalled();
    session.giveUp();
    expect(asked).toEqual(['u1', null, 'u1']);
  });

  it('is given up for somebody else without a trace of whose it was', () => {
    const dropped = vi.fn<() => void>();
    onSignedInAgain(() => undefined, dropped);
    session.lock();
    expect(dropped).not.toHaveBeenCalled();
    session.giveUp();
    expect(dropped).toHaveBeenCalledOnce();
    expect([session.state, session.user, session.leftByChoice]).toEqual(['out', null, true]);
  });

  it('ended by its own person is no loss, even when the announcement comes before the answer', async () => {
    service({
      ...known,
      'DELETE /api/session': () => {
        session.end();
        return new Response(null, { status: 204 });
      },
    });
    await session.signOut();
    expect([session.state, session.ended, session.leftByChoice]).toEqual(['out', false, true]);
  });

  it('goes on when signing out did not work', async () => {
    service({ ...known, 'DELETE /api/session': () => new Response('{}', { status: 500 }) });
    await expect(session.signOut()).rejects.toThrow('internal');
    expect([session.state, session.leftByChoice]).toEqual(['in', false]);
  });

  it('is not taken for ended while the service cannot be reached', async () => {
    vi.stubGlobal('fetch', vi.fn<typeof fetch>().mockRejectedValue(new TypeError('failed')));
    await session.check();
    expect(session.state).toBe('in');
    await session.load();
    expect(session.state).toBe('unreachable');
  });
});
