import { describe, expect, test } from 'vitest';
import { Typing, type Asked } from '../../../client/ui/typing.svelte.ts';

const answered: Asked = { isError: false, isFetching: false };
const asking: Asked = { isError: false, isFetching: true };
const failed: Asked = { isError: true, isFetching: false };

/** Somebody who has paused: what they typed is what is sought. */
const paused = (words: string): Typing => new Typing(words);

function goesOn(typing: Typing, typed: string): Typing {
  typing.typed = typed;
  return typing;
}

describe('a search', () => {
  test.each<[string, string, Asked, number, string]>([
    ['asks nothing of a single letter', 'a', answered, 0, 'idle'],
    ['does not count blanks as letters', ' a ', answered, 0, 'idle'],
    ['says that it searches', 'am', asking, 0, 'searching'],
    ['says what it found', 'am', answered, 3, 'found'],
    ['shows what it found while it looks again', 'am', asking, 3, 'found'],
    ['says that nothing was found only once it knows', 'am', answered, 0, 'none'],
    ['says that it failed', 'am', failed, 0, 'failed'],
  ])('%s', (_rule, words, asked, found, phase) => {
    expect(paused(words).phase(asked, found)).toBe(phase);
  });

  test('says neither "none" nor "failed" of words that it has not asked for yet', () => {
    expect(goesOn(paused('am'), 'amo').phase(answered, 0)).toBe('searching');
    expect(goesOn(paused('am'), 'amo').phase(failed, 0)).toBe('searching');
  });

  test('that shows what was found for other words is behind, and Enter must not choose from it', () => {
    expect(paused('am').isBehind(answered)).toBe(false);
    expect(goesOn(paused('am'), 'amo').isBehind(answered)).toBe(true);
    expect(paused('am').isBehind({ ...asking, isPlaceholderData: true })).toBe(true);
    expect(goesOn(paused('am'), 'am ').isBehind(answered)).toBe(false);
  });

  test('shows nothing of one word to somebody who has begun another', () => {
    expect(paused('am').shown(['amlodipine'])).toEqual(['amlodipine']);
    expect(goesOn(paused('am'), 'amo').shown(['amlodipine'])).toEqual(['amlodipine']);
    expect(goesOn(paused('am'), 'fu').shown(['amlodipine'])).toEqual([]);
    expect(goesOn(paused('am'), '').shown(['amlodipine'])).toEqual([]);
  });

  test('keeps what was found while somebody types on or takes a letter back, not over another word', () => {
    const before = { queryKey: ['codes', 'am'] };
    expect(paused('amo').keep(['amoxicillin'], before)).toEqual(['amoxicillin']);
    expect(paused('a').keep(['amoxicillin'], before)).toEqual(['amoxicillin']);
    expect(paused('fu').keep(['amoxicillin'], before)).toBeUndefined();
    expect(paused('am').keep(undefined, undefined)).toBeUndefined();
  });
});
