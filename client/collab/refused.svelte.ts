export interface KeptText {
  id: string;
  why: 'refused' | 'rescued' | 'replaced';
  reason: string;
  texts: string[];
}

/**
 * Words of mine that the record did not take, or that lost their place: offered back until I say that I am done with
 * them. They live in this page only.
 */
export class KeptTexts {
  items = $state.raw<KeptText[]>([]);

  keep(item: KeptText): void {
    if (item.texts.length > 0) this.items = [...this.items, item];
  }

  dismiss(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }
}
