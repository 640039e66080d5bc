/** What goes on by itself when the same person signs in again after their session had ended. */
const waiting = new Set<() => void>();

/** Gives how to stop waiting for it. */
export function onSignedInAgain(goOn: () => void): () => void {
  waiting.add(goOn);
  return () => void waiting.delete(goOn);
}

export function signedInAgain(): void {
  for (const goOn of waiting) goOn();
}

/** Somebody else has signed in: nothing of the person before goes on. */
export const forgetWhoWaits = (): void => waiting.clear();
