/** Where somebody is in elements that are about to be put elsewhere on the page, which loses focus and scrolling. */
export class PanePlaces {
  readonly #tops = new Map<Element, number>();
  #focused: Element | null = null;

  /** Before they are moved. What is not on the screen now stays remembered as it was when it was. */
  note(hosts: readonly HTMLElement[]): void {
    const active = document.activeElement;
    this.#focused = hosts.some((host) => host.contains(active)) ? active : null;
    for (const host of hosts.filter(isShown))
      for (const element of [host, ...host.querySelectorAll('*')])
        if (element.scrollTop > 0) this.#tops.set(element, element.scrollTop);
        else this.#tops.delete(element);
  }

  restore(): void {
    for (const [element, top] of this.#tops) {
      if (!element.isConnected) this.#tops.delete(element);
      else if (isShown(element) && element.scrollTop !== top) element.scrollTop = top;
    }
    const focused = this.#focused;
    if (focused instanceof HTMLElement && isShown(focused) && document.activeElement !== focused)
      focused.focus({ preventScroll: true });
  }
}

const isShown = (element: Element): boolean => element.getClientRects().length > 0;
