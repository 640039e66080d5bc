import { notSaved } from './notSaved.svelte.ts';

/** Where the browser is, and how to go elsewhere without loading the page again. */
class Navigation {
  pathname = $state(location.pathname);
  search = $state(location.search);
  /** Where somebody wants to go who would lose a form by it: they are asked first. */
  wanted = $state<string | null>(null);

  get path(): string {
    return this.pathname + this.search;
  }

  /** Follows back, forward and clicks on links of this service. Returns how to stop. */
  start(): () => void {
    const follow = () => {
      const path = location.pathname + location.search;
      if (!this.losesForms(location.pathname)) return this.read();
      history.pushState(null, '', this.path);
      this.wanted = path;
    };
    window.addEventListener('popstate', follow);
    document.addEventListener('click', this.click);
    return () => {
      window.removeEventListener('popstate', follow);
      document.removeEventListener('click', this.click);
    };
  }

  /** `sure`: whatever is lost by it. */
  go(path: string, how: { replace?: boolean; sure?: boolean } = {}): void {
    if (path === this.path) return;
    if (!how.replace && !how.sure && this.losesForms(path.split('?')[0]!)) {
      this.wanted = path;
      return;
    }
    this.wanted = null;
    history[how.replace ? 'replaceState' : 'pushState'](null, '', path);
    const moved = location.pathname !== this.pathname;
    this.read();
    if (moved) window.scrollTo(0, 0);
  }

  private losesForms(pathname: string): boolean {
    return pathname !== this.pathname && notSaved.forms.length > 0;
  }

  private read(): void {
    this.pathname = location.pathname;
    this.search = location.search;
  }

  private click = (event: MouseEvent): void => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || !(event.target instanceof Element)) return;
    const link = event.target.closest('a');
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  };
}

export const navigation = new Navigation();
