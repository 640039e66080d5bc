import * as Y from 'yjs';
import type { DocumentKind } from '../../shared/documents/room.ts';
import { rootOf } from './content.ts';
import type { DocumentHistory } from './documentHistory.ts';
import type { AnyType } from './folded.ts';
import { did, type Group, type Grouping } from './groups.ts';
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

  /** `shown` counts what stands in the text now: pieces with none of it between them stood together. */
  #text(text: AnyType): void {
    let shown = 0;
    for (const item of itemsOf(text)) {
      if (!(item.content instanceof Y.ContentString)) continue;
      const life = this.history.lives.of(item.id.client);
      for (let offset = 0; offset < item.length; offset++) {
        const clock = item.id.clock + offset;
        const born = life.born(clock);
        const died = life.died(clock);
        if (died === 0) shown += 1;
        const writer = this.tellOf(born);
        const deleter = died === 0 ? undefined : this.tellOf(died);
        if (writer && writer.group !== deleter?.group && life.before(clock) === null) {
          writer.added.unit(item.content.str[offset]!, text, died === 0 ? shown - 1 : shown);
          if (died === 0) writer.added.passed(shown);
        }
        if (deleter && deleter.group !== writer?.group && !life.wentOn(clock)) {
          deleter.removed.unit(item.content.str[offset]!, text, shown);
        }
      }
    }
  }
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
