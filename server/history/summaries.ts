import * as Y from 'yjs';
import type { DocumentKind } from '../../shared/documents/room.ts';
import { rootOf } from './content.ts';
import type { DocumentHistory } from './documentHistory.ts';
import type { AnyType } from './folded.ts';
import { did, type Group, type Grouping } from './groups.ts';
import type { ClientLife } from './idTable.ts';
import { Quote } from './quote.ts';
import { valueSentences, type SetKey } from './valueSentences.ts';
import { heldBy, itemsOf, type Held } from './view.ts';

interface Told {
  group: Group;
  added: Quote;
  removed: Quote;
  keys: SetKey[];
}

/**
 * What each of these changes did, in a sentence. The document is walked once for all of them, whatever their number.
 */
export function summaries(
  history: DocumentHistory,
  kind: DocumentKind,
  { groupOf }: Grouping,
  groups: readonly Group[],
): Map<Group, string> {
  const told = new Map<Group, Told>(
    groups.map((group) => [group, { group, added: new Quote(), removed: new Quote(), keys: [] }]),
  );
  const teller = new Teller(history, (seq) => {
    const group = groupOf(seq);
    return group && told.get(group);
  });
  teller.map(history.doc.getMap(rootOf[kind]), []);
  return new Map(groups.map((group) => [group, sentence(kind, group, told.get(group)!)]));
}

class Teller {
  /** Changes of which the last character is quoted and nothing else has come since. */
  readonly #open = new Set<Told>();

  constructor(
    private readonly history: DocumentHistory,
    /** Of an entry, if its change is one of those that are told. */
    private readonly tellOf: (seq: number) => Told | undefined,
  ) {}

  map(map: AnyType, path: readonly string[]): void {
    for (const key of map._map.keys()) {
      for (const held of heldBy(map, key)) this.#key(held, [...path, key]);
    }
  }

  #key(held: Held, path: readonly string[]): void {
    const { client, clock, type } = held;
    const seq = this.history.lives.of(client).born(clock);
    this.tellOf(seq)?.keys.push({ seq, path, held });
    if (type instanceof Y.Map) this.map(type, path);
    else if (type !== null) this.#body(type);
  }

  #body(body: AnyType): void {
    for (const line of itemsOf(body)) {
      if (!(line.content instanceof Y.ContentType)) continue;
      for (const child of itemsOf(line.content.type)) {
        if (child.content instanceof Y.ContentType) this.#text(child.content.type);
      }
      this.#reference(line);
    }
  }

  #reference(line: Y.Item): void {
    const { type } = line.content as Y.ContentType;
    if (!(type instanceof Y.XmlElement) || type.nodeName !== 'reference') return;
    const text = String(type._map.get('text')?.content.getContent().at(-1) ?? '');
    const life = this.history.lives.of(line.id.client);
    this.tellOf(life.born(line.id.clock))?.added.piece(text);
    this.tellOf(life.died(line.id.clock))?.removed.piece(text);
  }

  #text(text: AnyType): void {
    for (const item of itemsOf(text)) {
      if (!(item.content instanceof Y.ContentString)) continue;
      const life = this.history.lives.of(item.id.client);
      for (let offset = 0; offset < item.length; offset++) {
        this.#unit(life, item.id.clock + offset, item.content.str[offset]!);
      }
    }
    for (const told of this.#open) interrupt(told);
    this.#open.clear();
  }

  #unit(life: ClientLife, clock: number, unit: string): void {
    const died = life.died(clock);
    const writer = this.tellOf(life.born(clock));
    const deleter = died === 0 ? undefined : this.tellOf(died);
    for (const told of this.#open) {
      if (told === writer || !life.isVisible(clock, told.group.lastSeq)) continue;
      interrupt(told);
      this.#open.delete(told);
    }
    if (writer === deleter) return;
    if (writer && life.before(clock) === null) this.#quote(writer, writer.added, unit);
    if (deleter && !life.wentOn(clock)) this.#quote(deleter, deleter.removed, unit);
  }

  #quote(told: Told, quote: Quote, unit: string): void {
    quote.unit(unit);
    this.#open.add(told);
  }
}

/** Something else that was to be seen then stands between what comes next and what was last quoted. */
function interrupt({ added, removed }: Told): void {
  added.interrupt();
  removed.interrupt();
}

function sentence(kind: DocumentKind, group: Group, { added, removed, keys }: Told): string {
  if (group.kind === 'seal') return 'Signed';
  if (group.kind === 'unseal') return 'The signature did not hold';
  if (kind !== 'note') {
    const values = valueSentences(kind, keys);
    if (values.length > 0) return values.join('. ');
  } else if (group.firstSeq === 1) return 'Started the note';
  if (!added.isEmpty && !removed.isEmpty) return `Replaced “${removed}” with “${added}”`;
  if (!added.isEmpty) return `Added “${added}”`;
  if (!removed.isEmpty) return `Deleted “${removed}”`;
  if (group.added > 0 && group.removed > 0) return 'Wrote something and took it back';
  if (did(group, 'moved')) return 'Moved text';
  if (did(group, 'layout')) return 'Changed lines or formatting';
  return did(group, 'value') ? 'Changed the kind of a line' : 'No visible change';
}
