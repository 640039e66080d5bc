import * as Y from 'yjs';
import { orderCategories } from '../../shared/documents/orders.ts';
import type { DocumentKind } from '../../shared/documents/room.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import type { Random } from './random.ts';

const firstCharacter = 0x4e00;
const lastCharacter = 0x9fff;

/** Hands out characters of which there is only one each, so that every one that was ever typed can be asked after. */
export class Characters {
  #next = firstCharacter;
  #ids = 0;
  readonly typed: string[] = [];

  /** A number of which there is only one, for an id. */
  id(): number {
    return ++this.#ids;
  }

  take(count = 1): string {
    let text = '';
    for (let index = 0; index < count; index++) {
      if (this.#next > lastCharacter) throw new Error('All characters are used up.');
      text += String.fromCharCode(this.#next++);
    }
    this.typed.push(...text);
    return text;
  }
}

/** The unique characters in a text, or in anything written as one. */
export const charactersIn = (text: string): Set<string> => new Set(text.match(/[\u4e00-\u9fff]/gu) ?? []);

const rootsOf: Record<DocumentKind, readonly string[]> = {
  note: ['sections'],
  orders: ['drafts', 'contested'],
  'care-plan': ['problems', 'contested'],
};

/** All that a document says, in one canonical form: formats, attributes and markers too. */
export const contentOf = (doc: Y.Doc, kind: DocumentKind): string =>
  canonicalJson(Object.fromEntries(rootsOf[kind].map((root) => [root, doc.getMap(root).toJSON()])));

export const visibleIn = (doc: Y.Doc, kind: DocumentKind): Set<string> => charactersIn(contentOf(doc, kind));

export const newBlock = (text = '', kind = 'paragraph'): Y.XmlElement => {
  const block = new Y.XmlElement('block');
  block.setAttribute('kind', kind);
  if (text !== '') block.insert(0, [new Y.XmlText(text)]);
  return block;
};

type Edit = (random: Random, characters: Characters) => void;

const blocksOf = (body: Y.XmlFragment): Y.XmlElement[] =>
  body
    .toArray()
    .filter((node) => node instanceof Y.XmlElement && node.nodeName === 'block') as Y.XmlElement[];
const textOf = (block: Y.XmlElement): Y.XmlText | undefined =>
  block.toArray().find((child) => child instanceof Y.XmlText);
const indexOf = (body: Y.XmlFragment, node: Y.XmlElement): number => body.toArray().indexOf(node);

type Delta = { insert: string; attributes?: Record<string, unknown> }[];

/** A block with the text of another, as an editor writes it: new items, old words. */
function copyOf(delta: Delta, kind = 'paragraph'): Y.XmlElement {
  const block = newBlock('', kind);
  const text = new Y.XmlText();
  text.applyDelta(delta);
  block.insert(0, [text]);
  return block;
}

/** What people do to a text: as ProseMirror's binding writes it into Yjs. */
function editBody(body: Y.XmlFragment, random: Random, characters: Characters): void {
  const blocks = blocksOf(body);
  const block = blocks.length > 0 ? random.pick(blocks) : null;
  if (block === null) return body.insert(0, [newBlock(characters.take(2))]);
  const text = textOf(block);
  if (!text) return block.insert(0, [new Y.XmlText(characters.take(random.between(1, 3)))]);
  const { length } = text;
  const from = random.below(length + 1);
  const some = Math.min(length - from, random.between(1, 4));
  const edits: [number, () => void][] = [
    [8, () => text.insert(from, characters.take(random.between(1, 3)))],
    [1, () => text.insert(from, characters.take(1), { bold: {} })],
    [3, () => some > 0 && text.delete(from, some)],
    [2, () => some > 0 && text.format(from, some, { [random.pick(['bold', 'italic', 'code'])]: {} })],
    [1, () => some > 0 && text.format(from, some, { bold: null, italic: null })],
    [1, () => some > 0 && text.format(from, some, { link: { href: 'https://example.org/' } })],
    [2, () => block.setAttribute('kind', random.pick(['heading', 'bullet', 'numbered', 'check']))],
    [1, () => block.setAttribute('indent', random.below(9) as unknown as string)],
    [1, () => block.setAttribute('checked', random.chance(0.5) as unknown as string)],
    [1, () => block.removeAttribute(random.pick(['kind', 'indent', 'level']))],
    [2, () => body.insert(indexOf(body, block), [newBlock(random.chance(0.5) ? characters.take(2) : '')])],
    [1, () => body.insert(indexOf(body, block), [reference()])],
    [2, () => split(body, block, text, from)],
    [2, () => join(body, block, text)],
    [1, () => block.delete(0, block.length)],
    [1, () => body.delete(indexOf(body, block), 1)],
    [1, () => move(body, block, text, random)],
  ];
  random.weighted(edits)();
}

function reference(): Y.XmlElement {
  const element = new Y.XmlElement('reference');
  element.setAttribute('value', '{"code":"SpO2"}');
  element.setAttribute('text', 'SpO2 94 %');
  return element;
}

function split(body: Y.XmlFragment, block: Y.XmlElement, text: Y.XmlText, at: number): void {
  const tail = tailOf(text.toDelta() as Delta, at);
  if (text.length > at) text.delete(at, text.length - at);
  body.insert(indexOf(body, block) + 1, [tail.length > 0 ? copyOf(tail) : newBlock()]);
}

function join(body: Y.XmlFragment, block: Y.XmlElement, text: Y.XmlText): void {
  const index = indexOf(body, block);
  const next = index + 1 < body.length ? body.get(index + 1) : null;
  if (!(next instanceof Y.XmlElement) || next.nodeName !== 'block') return;
  for (const child of next.toArray()) {
    if (!(child instanceof Y.XmlText)) continue;
    for (const { insert, attributes } of child.toDelta() as Delta)
      text.insert(text.length, insert, attributes ?? {});
  }
  body.delete(index + 1, 1);
}

function move(body: Y.XmlFragment, block: Y.XmlElement, text: Y.XmlText, random: Random): void {
  const copy = copyOf(text.toDelta() as Delta);
  body.delete(indexOf(body, block), 1);
  body.insert(random.below(body.length + 1), [copy]);
}

function tailOf(delta: Delta, from: number): Delta {
  const tail: Delta = [];
  let at = 0;
  for (const { insert, attributes } of delta) {
    const rest = insert.slice(Math.max(0, from - at));
    at += insert.length;
    if (at > from && rest !== '') tail.push(attributes ? { insert: rest, attributes } : { insert: rest });
  }
  return tail;
}

function editNote(doc: Y.Doc): Edit {
  return (random, characters) => {
    const section = random.pick([...doc.getMap<Y.Map<unknown>>('sections').values()]);
    if (random.chance(0.08)) section.set('title', characters.take());
    else editBody(section.get('body') as Y.XmlFragment, random, characters);
  };
}

const detail = (characters: Characters): object => ({
  code: { system: 's', code: 'c', display: 'd' },
  dose: { value: characters.take(), unit: 'mg' },
});

/** `only`: the one category that this person may touch. */
function editOrders(doc: Y.Doc, only: string | null): Edit {
  return (random, characters) => {
    const drafts = doc.getMap<Y.Map<unknown>>('drafts');
    const mine = [...drafts.values()].filter((draft) => only === null || draft.get('category') === only);
    if (mine.length === 0 || random.chance(0.15)) {
      const draft = new Y.Map<unknown>();
      draft.set('category', only ?? random.pick(orderCategories));
      draft.set('detail', detail(characters));
      return void drafts.set(`o-${characters.id()}`, draft);
    }
    const draft = random.pick(mine);
    const clears = random.chance(0.15);
    random.weighted<() => void>([
      [4, () => draft.set('detail', clears ? null : detail(characters))],
      [2, () => draft.set('priority', clears ? null : random.pick(['routine', 'urgent', 'stat']))],
      [2, () => draft.set('indication', clears ? null : characters.take())],
      [2, () => draft.set('note', clears ? null : characters.take())],
      [1, () => draft.set('removed', random.chance(0.5))],
    ])();
  };
}

function newProblem(characters: Characters): Y.Map<unknown> {
  const problem = new Y.Map<unknown>();
  problem.set('title', characters.take());
  problem.set('rank', 'V');
  problem.set('goals', new Y.Map());
  problem.set('interventions', new Y.Map());
  problem.set('evaluation', new Y.XmlFragment());
  return problem;
}

function editCarePlan(doc: Y.Doc): Edit {
  return (random, characters) => {
    const problems = doc.getMap<Y.Map<unknown>>('problems');
    const id = (): string => `p-${characters.id()}`;
    if (problems.size === 0 || random.chance(0.08)) return void problems.set(id(), newProblem(characters));
    // What an attacker has made may lack what the screens always make.
    const whole = [...problems.values()].filter((each) => each.has('goals') && each.has('evaluation'));
    if (whole.length === 0) return void problems.set(id(), newProblem(characters));
    const problem = random.pick(whole);
    const list = problem.get(
      random.pick(['goals', 'interventions'].filter((key) => problem.has(key))),
    ) as Y.Map<Y.Map<unknown>>;
    const setInList = (): void => {
      if (list.size === 0 || random.chance(0.3)) {
        const item = new Y.Map<unknown>();
        item.set('description', characters.take());
        return void list.set(id(), item);
      }
      const item = random.pick([...list.values()]);
      item.set('description', random.chance(0.15) ? null : characters.take());
    };
    random.weighted<() => void>([
      [2, () => problem.set('title', characters.take())],
      [2, () => problem.set('status', characters.take())],
      [1, () => problem.set('code', { code: characters.take() })],
      [1, () => problem.set('removed', random.chance(0.5))],
      [4, setInList],
      [6, () => editBody(problem.get('evaluation') as Y.XmlFragment, random, characters)],
    ])();
  };
}

/** One edit by somebody who works in this kind of document, as their screens make it: one transaction. */
export function editOnce(
  doc: Y.Doc,
  kind: DocumentKind,
  { random, characters, only = null }: { random: Random; characters: Characters; only?: string | null },
): void {
  const edit =
    kind === 'note' ? editNote(doc) : kind === 'orders' ? editOrders(doc, only) : editCarePlan(doc);
  doc.transact(() => edit(random, characters), 'typing');
}

/** The texts of a document: what an editor's own undo looks after. */
export function bodiesOf(doc: Y.Doc, kind: DocumentKind): Y.XmlFragment[] {
  const root = kind === 'note' ? 'sections' : 'problems';
  if (kind === 'orders') return [];
  const key = kind === 'note' ? 'body' : 'evaluation';
  return [...doc.getMap<Y.Map<unknown>>(root).values()].map((each) => each.get(key) as Y.XmlFragment);
}
