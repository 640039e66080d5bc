import { words } from '../messages/words.ts';
import { isApiError } from '../wire/api.ts';

/** Why signing in did not work, in words. Which of name and password was wrong is not told. */
export function signInProblem(error: unknown): string {
  if (!isApiError(error)) return words.signIn.failed;
  if (error.code === 'unreachable') return words.signIn.unreachable;
  if (error.status === 429) return words.signIn.tooMany;
  if (error.status === 401 || error.status === 400) return words.signIn.wrong;
  return words.signIn.failed;
}
