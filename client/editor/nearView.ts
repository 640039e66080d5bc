/** The part of the page that scrolls this element; null for the page itself. */
function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let above = element.parentElement; above !== null; above = above.parentElement)
    if (/auto|scroll/.test(getComputedStyle(above).overflowY)) return above;
  return null;
}

/** Tells whether an element is in the view or less than half a view away from it. Gives how to stop. */
export function whenNear(element: HTMLElement, tell: (near: boolean) => void): () => void {
  const observer = new IntersectionObserver((seen) => tell(seen.at(-1)!.isIntersecting), {
    root: scrollerOf(element),
    rootMargin: '50% 0px',
  });
  observer.observe(element);
  return () => observer.disconnect();
}
