import type { Page } from 'playwright-core';

/** What can be pressed on this page and is smaller than a thumb needs (44 px each way), as the page names it. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const least = 44;
    const pressable =
      'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], ' +
      '[role="menuitem"], [role="option"], [role="tab"], [role="checkbox"], [role="radio"]';
    const described = (control: HTMLElement, { width, height }: DOMRect): string => {
      const name = control.getAttribute('aria-label') ?? control.textContent.trim();
      return `${control.tagName.toLowerCase()} "${name.slice(0, 60)}" ${Math.round(width)}x${Math.round(height)}`;
    };

    /** Whether a press there arrives at this control: on itself, on what it contains, or on its own label. */
    const hits = (control: Element, x: number, y: number): boolean => {
      const at = document.elementFromPoint(x, y);
      if (at === null) return false;
      const label = at.closest('label');
      return control.contains(at) || (label !== null && label.control === control);
    };

    /** How far presses arrive from the middle of the control, up to what a thumb needs. */
    const extent = (control: Element, dx: number, dy: number): number => {
      const box = control.getBoundingClientRect();
      const x = box.left + box.width / 2;
      const y = box.top + box.height / 2;
      const reach = (sign: number): number => {
        let far = 0;
        while (far < least && hits(control, x + sign * dx * (far + 1), y + sign * dy * (far + 1))) far++;
        return far;
      };
      // The pixel in the middle, and what lies on both sides of it.
      return 1 + reach(-1) + reach(1);
    };

    const small: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>(pressable)) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // A link within a sentence is as high as its line (WCAG 2.5.8, inline).
      if (control.matches('p a') && getComputedStyle(control).display === 'inline') continue;
      if (control.closest('.visually-hidden, [inert]')) continue;
      // Only for the keyboard: a press goes to what lies below.
      if (getComputedStyle(control).pointerEvents === 'none') continue;
      control.scrollIntoView({ block: 'center', inline: 'nearest' });
      const box = control.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      // Above the page until the keyboard reaches it: no thumb ever does.
      if (box.bottom <= 0) continue;
      if (box.width >= least && box.height >= least) continue;
      if (box.width < least && extent(control, 1, 0) < least) small.push(described(control, box));
      else if (box.height < least && extent(control, 0, 1) < least) small.push(described(control, box));
    }
    return small;
  });
