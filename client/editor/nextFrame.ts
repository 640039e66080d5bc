const waiting = new Set<() => void>();
let frame = 0;

/**
 * Measures at the next frame, everything that waits for it in one go: each look at the page after a change of it makes
 * the browser lay it out again. Gives how not to.
 */
export function atNextFrame(measure: () => void): () => void {
  waiting.add(measure);
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    const now = [...waiting];
    waiting.clear();
    for (const each of now) each();
  });
  return () => waiting.delete(measure);
}
