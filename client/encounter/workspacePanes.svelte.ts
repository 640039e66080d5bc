import type { Pane } from '../collab/openRoom.ts';

export const paneOrder: readonly Pane[] = ['note', 'orders', 'care-plan'];

/** Three panes beside each other need this width, two this one. */
const widthOf = { three: 1200, two: 900 };

/** Which panes are on the screen: side by side where it is wide, else one at a time; of two, the care plan is a drawer. */
export class WorkspacePanes {
  /** The pane that was gone to last: on a narrow screen the one that is seen. */
  front = $state<Pane>('note');
  drawerOpen = $state(false);
  #chosen = $state.raw<readonly Pane[]>(paneOrder);
  readonly #width: () => number;

  constructor(width: () => number) {
    this.#width = width;
  }

  get layout(): 'one' | 'two' | 'three' {
    const width = this.#width();
    return width >= widthOf.three ? 'three' : width >= widthOf.two ? 'two' : 'one';
  }

  /** Side by side, in this order. */
  get beside(): readonly Pane[] {
    return this.#besideOf(this.#chosen);
  }

  /** All that can be seen, the drawer too. */
  get shown(): readonly Pane[] {
    return this.layout === 'two' && this.drawerOpen ? [...this.beside, 'care-plan'] : this.beside;
  }

  toggle(pane: Pane): void {
    if (this.#isDrawer(pane)) this.drawerOpen = !this.drawerOpen;
    else this.#choose(this.#withOrWithout(pane, !this.beside.includes(pane)));
  }

  /** Somebody is in this pane: a window that becomes narrower keeps it on the screen, as the drawer too. */
  enter(pane: Pane): void {
    this.front = pane;
    if (this.layout !== 'two') this.drawerOpen = pane === 'care-plan';
  }

  goTo(pane: Pane): void {
    this.enter(pane);
    if (this.#isDrawer(pane)) this.drawerOpen = true;
    else this.#choose(this.#withOrWithout(pane, true));
  }

  #isDrawer(pane: Pane): boolean {
    return this.layout === 'two' && pane === 'care-plan';
  }

  /** Something is always on the screen, also when the one pane that was left has become the drawer. */
  #besideOf(chosen: readonly Pane[]): readonly Pane[] {
    if (this.layout !== 'two') return chosen;
    const beside = chosen.filter((pane) => !this.#isDrawer(pane));
    return beside.length > 0 ? beside : ['note'];
  }

  #withOrWithout(pane: Pane, isWanted: boolean): Pane[] {
    const chosen = new Set([...this.#chosen, ...this.beside]);
    return paneOrder.filter((each) => (each === pane ? isWanted : chosen.has(each)));
  }

  #choose(panes: readonly Pane[]): void {
    if (panes.some((pane) => !this.#isDrawer(pane))) this.#chosen = panes;
  }
}
