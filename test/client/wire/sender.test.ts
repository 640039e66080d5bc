import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failureWords, Sender } from '../../../client/wire/sender.ts';
import { words } from '../../../client/messages/words.ts';

const keys: (string | null)[] = [];
let answers: (() => Response)[] = [];

beforeEach(() => {
  keys.length = 0;
  vi.stubGlobal(
    'fetch',
    vi.fn<typeof fetch>(async (_, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      return answers.shift()!();
    }),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const lost = (): never => {
  throw new TypeError('failed');
};
const yes = (): Response => new Response('{}', { status: 200 });

describe('an act', () => {
  test('whose answer was lost is asked for again under its key, and the next one under another', async () => {
    answers = [lost, yes, yes];
    const sender = new Sender();
    const failure = await sender.send('POST', '/api/x', { bed: '4' }).catch((error: unknown) => error);
    expect(failureWords(failure, 'Nothing was changed.')).toBe(words.common.noAnswer);
    await sender.send('POST', '/api/x', { bed: '4' });
    await sender.send('POST', '/api/x', { bed: '4' });
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('to which a line that is half open gives no answer ends in so many words', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(
      AbortSignal.abort(new DOMException('Too long.', 'TimeoutError')),
    );
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async (_, init) => {
        init!.signal!.throwIfAborted();
        return new Response('{}');
      }),
    );
    const failure = await new Sender().send('POST', '/api/x', {}).catch((error: unknown) => error);
    expect(failureWords(failure, 'Nothing was changed.')).toBe(words.common.noAnswer);
  });

  test('that says something else has a key of its own', async () => {
    answers = [lost, yes];
    const sender = new Sender();
    await sender.send('POST', '/api/x', { bed: '4' }).catch(() => {});
    await sender.send('POST', '/api/x', { bed: '5' });
    expect(keys[1]).not.toBe(keys[0]);
  });

  test('asked for again much later is a new wish, not the old answer', async () => {
    vi.useFakeTimers();
    answers = [lost, yes];
    const sender = new Sender();
    await sender.send('POST', '/api/x', { weight: '70' }).catch(() => {});
    vi.advanceTimersByTime(4 * 60 * 60_000);
    await sender.send('POST', '/api/x', { weight: '70' });
    expect(keys[1]).not.toBe(keys[0]);
  });
});
