import { describe, expect, it } from 'vitest';
import { signInProblem } from '../../../client/session/signInProblem.ts';
import { ApiError } from '../../../client/wire/api.ts';

describe('why signing in did not work', () => {
  it('is never told apart for a wrong name and a wrong password', () => {
    expect(signInProblem(new ApiError('credentials', 401))).toBe(signInProblem(new ApiError('invalid', 400)));
  });

  it('is a different sentence for too many tries, no answer, and a fault of ours', () => {
    const sentences = [
      new ApiError('credentials', 401),
      new ApiError('too-many', 429),
      new ApiError('unreachable', 0),
      new ApiError('internal', 500),
    ].map(signInProblem);
    expect(new Set(sentences).size).toBe(4);
  });
});
