import { createSubscriber } from 'svelte/reactivity';
import * as Y from 'yjs';
import { byRank } from '../../shared/documents/rank.ts';

export interface NoteSectionView {
  id: string;
  title: string;
  rank: string;
  body: Y.XmlFragment;
}

/** The sections of a note, in order. Typing inside a body is the editor's business and wakes nobody here. */
export class NoteDoc {
  readonly #sections: Y.Map<Y.Map<unknown>>;
  readonly #subscribe: () => void;

  constructor(doc: Y.Doc) {
    const sections = doc.getMap<Y.Map<unknown>>('sections');
    this.#sections = sections;
    this.#subscribe = createSubscriber((update) => {
      const changed = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
        if (events.some(({ path }) => path.length < 2)) update();
      };
      sections.observeDeep(changed);
      return () => sections.unobserveDeep(changed);
    });
  }

  get sections(): NoteSectionView[] {
    this.#subscribe();
    return [...this.#sections]
      .flatMap(([id, section]) => {
        const body = section.get('body');
        if (!(body instanceof Y.XmlFragment)) return [];
        return {
          id,
          title: String(section.get('title') ?? ''),
          rank: String(section.get('rank') ?? ''),
          body,
        };
      })
      .sort(byRank);
  }
}
