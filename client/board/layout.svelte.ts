export const layouts = ['cards', 'list'] as const;
type Layout = (typeof layouts)[number];

const key = 'cochart.board';
const isLayout = (value: unknown): value is Layout => layouts.includes(value as Layout);

/** How the beds are shown on a wide screen. It belongs to the device: nothing about a person is stored. */
class BoardLayout {
  chosen = $state<Layout>('cards');

  constructor() {
    const kept = localStorage.getItem(key);
    if (isLayout(kept)) this.chosen = kept;
  }

  choose(layout: Layout): void {
    this.chosen = layout;
    localStorage.setItem(key, layout);
  }
}

export const layout = new BoardLayout();
