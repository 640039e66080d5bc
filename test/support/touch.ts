import type { Page } from 'playwright-core';

/** What can be pressed on this page and is smaller than a thumb needs (44 px each way), as the page names it. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const least = 44;
    const pressable =
      'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], ' +
      '[role="menuitem"], [role="option"], [role="tab"], [role="checkbox"], [role="radio"]';
    // Half a pixel inside the edge: the edge itself may belong to the neighbour.
    const reach = least / 2 - 0.5;

    /** Whether a press there arrives at this control: on itself, on what it contains, or on its own label. */
    const hits = (control: Element, x: number, y: number): boolean => {
      const at = document.elementFromPoint(x, y);
      if (at === null) return false;
      const label = at.closest('label');
      return control.contains(at) || (label !== null && label.control === control);
    };

    const small: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>(pressable)) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // A link within a sentence is as high as its line (WCAG 2.5.8, inline).
      if (control.matches('p a') && getComputedStyle(control).display === 'inline') continue;
      if (control.closest('.visually-hidden, [inert]')) continue;
      control.scrollIntoView({ block: 'center', inline: 'nearest' });
      const box = control.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      if (box.width >= least && box.height >= least) continue;
      const x = box.left + box.width / 2;
      const y = box.top + box.height / 2;
      const wide = box.width >= least || (hits(control, x - reach, y) && hits(control, x + reach, y));
      const high = box.height >= least || (hits(control, x, y - reach) && hits(control, x, y + reach));
      if (wide && high) continue;
      const name = control.getAttribute('aria-label') ?? control.textContent.trim();
      small.push(
        `${control.tagName.toLowerCase()} "${name.slice(0, 60)}" ${Math.round(box.width)}x${Math.round(box.height)}`,
      );
    }
    return small;
  });
