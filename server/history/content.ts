import type * as Y from 'yjs';
import { byRank } from '../../shared/documents/rank.ts';
import type { DocumentKind } from '../../shared/documents/room.ts';
import type {
  PastContent,
  PastItem,
  PastLine,
  PastProblem,
  PastSection,
  PastValue,
  SetValue,
} from '../../shared/history/schema.ts';
import type { DocumentHistory } from './documentHistory.ts';
import type { AnyType } from './folded.ts';
import { pastLines, type IsNew } from './lines.ts';
import { View, type Held, type Moment } from './view.ts';

/** The map under whose keys a document's parts stand. */
export const rootOf: Record<DocumentKind, string> = {
  note: 'sections',
  orders: 'drafts',
  'care-plan': 'problems',
};

/** A document at a moment, or what became of it between two: who wrote which text, and who set which value. */
export function pastContent(
  history: DocumentHistory,
  kind: DocumentKind,
  moment: Moment,
  isNew: IsNew = () => false,
): PastContent {
  const past = new PastReader(new View(history, moment), isNew);
  const root = history.doc.getMap(rootOf[kind]);
  switch (kind) {
    case 'note':
      return { kind, sections: past.sections(root) };
    case 'orders':
      return { kind, drafts: past.items(root) };
    case 'care-plan':
      return { kind, problems: past.problems(root) };
  }
}

const isSame = (a: Held | null, b: Held | null): boolean => a?.client === b?.client && a?.clock === b?.clock;

class PastReader {
  constructor(
    private readonly view: View,
    private readonly isNew: IsNew,
  ) {}

  sections(root: AnyType): PastSection[] {
    return this.#ranked(root).map(({ id, type }) => ({
      id,
      title: String(this.view.value(type, 'title') ?? ''),
      lines: this.#body(type, 'body'),
    }));
  }

  problems(root: AnyType): PastProblem[] {
    return this.#ranked(root).map(({ id, type, item }) => ({
      ...this.#item(id, type, item),
      goals: this.#list(type, 'goals'),
      interventions: this.#list(type, 'interventions'),
      evaluation: this.#body(type, 'evaluation'),
    }));
  }

  /** In the order in which they came. */
  items(root: AnyType): PastItem[] {
    return this.#held(root)
      .map(({ id, type, item }) => this.#item(id, type, item))
      .sort((a, b) => a.seq - b.seq || (a.id < b.id ? -1 : 1));
  }

  #list(type: AnyType, key: string): PastItem[] {
    const list = this.view.typeAt(type, key);
    return list === null
      ? []
      : this.#ranked(list.type).map((held) => this.#item(held.id, held.type, held.item));
  }

  #body(type: AnyType, key: string): PastLine[] {
    const body = this.view.typeAt(type, key);
    return body === null ? [] : pastLines(this.view, body.type, this.isNew);
  }

  #held(map: AnyType): { id: string; type: AnyType; item: Y.Item }[] {
    return this.view.keys(map).flatMap((id) => {
      const held = this.view.typeAt(map, id);
      return held === null ? [] : [{ id, ...held }];
    });
  }

  #ranked(map: AnyType): { id: string; type: AnyType; item: Y.Item; rank: string }[] {
    return this.#held(map)
      .map((held) => ({ ...held, rank: String(this.view.value(held.type, 'rank') ?? '') }))
      .sort(byRank);
  }

  #item(id: string, type: AnyType, item: Y.Item): PastItem {
    const { author, at, seq } = this.#set({ ...item.id, value: null });
    const values: Record<string, PastValue> = {};
    for (const key of this.view.keys(type)) {
      const value = key === 'rank' ? null : this.#value(type, key);
      if (value) values[key] = value;
    }
    return { id, author, at, seq, values, ...(this.view.seenItem(item) === 'added' ? { isNew: true } : {}) };
  }

  #value(map: AnyType, key: string): PastValue | null {
    const { seq, from } = this.view.moment;
    const now = this.view.held(map, key, seq);
    const before = from === null ? null : this.view.held(map, key, from);
    const shown = now ?? before;
    if (shown === null || shown.type !== null) return null;
    const value: PastValue = now ? this.#set(now) : { ...this.#set(shown), value: null };
    const contested = this.#contested(value.value);
    return {
      ...value,
      ...(contested ? { contested } : {}),
      ...(from !== null && !isSame(now, before) ? { before: before ? this.#set(before) : null } : {}),
    };
  }

  #set({ client, clock, value }: Pick<Held, 'client' | 'clock' | 'value'>): SetValue {
    const { lives, columns } = this.view.history;
    const seq = lives.of(client).born(clock);
    const at = new Date(columns.at(seq)).toISOString();
    return { value: value ?? null, author: { id: columns.user(seq) }, at, seq };
  }

  /** What stands behind a marker: the values between which somebody has to choose. */
  #contested(value: unknown): PastValue['contested'] | null {
    if (typeof value !== 'object' || value === null || !('contested' in value)) return null;
    const contested = this.view.history.doc.getMap('contested');
    const held = this.view.value(contested, String(value.contested));
    const { values } = (held ?? {}) as { values?: PastValue['contested'] };
    return values ?? [];
  }
}
