import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from '../../../client/session/session.svelte.ts';

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

  it('that the service ends leaves nobody signed in, and says that it ended', () => {
    session.end();
    expect([session.state, session.user, session.ended]).toEqual(['out', null, true]);
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
