import * as Y from 'yjs';
import type { PastLine, PastRun } from '../../shared/history/schema.ts';
import type { DocumentHistory } from './documentHistory.ts';
import type { AnyType } from './folded.ts';
import { itemsOf, type Seen, type View } from './view.ts';

/** Text by one author within this belongs to one run; its time is that of its last character. */
const runSpanMs = 10 * 60_000;

type Marks = Record<string, unknown>;

/** Which entries are the change that was asked for. */
export type IsNew = (seq: number) => boolean;

/** The lines of a body at a moment, or between two; every run with its first author. */
export function pastLines(view: View, body: AnyType, isNew: IsNew): PastLine[] {
  const lines: PastLine[] = [];
  for (const item of itemsOf(body)) {
    if (!(item.content instanceof Y.ContentType)) continue;
    const seen = view.seenItem(item);
    if (seen === null || !(item.content.type instanceof Y.XmlElement)) continue;
    const line = lineOf(view, item, item.content.type, seen, isNew);
    // A line that is gone and whose words went elsewhere has nothing more to say.
    if (seen !== 'removed' || line.runs.length > 0) lines.push(line);
  }
  return lines;
}

function lineOf(view: View, item: Y.Item, element: Y.XmlElement, seen: Seen, isNew: IsNew): PastLine {
  const value = (key: string): unknown => view.value(element, key);
  if (element.nodeName === 'reference') {
    const run = new RunWriter(view.history, isNew).atom(item, String(value('text') ?? ''), seen);
    return { kind: 'reference', runs: [run], value: String(value('value') ?? '') };
  }
  const kind = String(value('kind') ?? 'paragraph');
  const indent = Number(value('indent') ?? 0);
  const writer = new RunWriter(view.history, isNew);
  for (const child of itemsOf(element)) {
    if (child.content instanceof Y.ContentType && view.seenItem(child) !== null) {
      writeText(view, child.content.type, writer);
    }
  }
  return {
    kind,
    ...(kind === 'heading' ? { level: Number(value('level') ?? 1) } : {}),
    ...(indent > 0 ? { indent } : {}),
    ...(kind === 'check' ? { checked: value('checked') === true } : {}),
    runs: writer.runs,
  };
}

function writeText(view: View, text: AnyType, writer: RunWriter): void {
  const { lives } = view.history;
  for (const item of itemsOf(text)) {
    const { content } = item;
    if (content instanceof Y.ContentFormat) {
      if (view.seenItem(item) === 'there' || view.seenItem(item) === 'added') {
        writer.mark(content.key, content.value);
      }
    } else if (content instanceof Y.ContentString) {
      const { client, clock } = item.id;
      const life = lives.of(client);
      for (let offset = 0; offset < item.length; offset++) {
        const seen = view.seen(life, client, clock + offset);
        if (seen !== null) {
          writer.unit(
            content.str[offset]!,
            life.author(clock + offset),
            life.born(clock + offset),
            life.died(clock + offset),
            seen,
          );
        }
      }
    }
  }
}

/** Gathers characters into runs by author, marks and what became of them. */
class RunWriter {
  readonly runs: PastRun[] = [];
  #marks: Marks = {};
  #run: PastRun | null = null;
  /** What the last character was, to tell quickly that the next one goes with it. */
  #last = { author: 0, isNew: false, died: 0, seen: null as Seen };

  constructor(
    private readonly history: DocumentHistory,
    private readonly isNew: IsNew,
  ) {}

  mark(key: string, value: unknown): void {
    const { [key]: _, ...others } = this.#marks;
    this.#marks = value === null ? others : { ...others, [key]: value };
    this.#run = null;
  }

  unit(unit: string, author: number, born: number, died: number, seen: Seen): void {
    const { columns } = this.history;
    const last = this.#last;
    const isNew = author === born && this.isNew(born);
    const goesOn =
      this.#run !== null &&
      last.seen === seen &&
      last.isNew === isNew &&
      (seen !== 'removed' || columns.user(last.died) === columns.user(died)) &&
      (last.author === author ||
        (columns.userIndex(last.author) === columns.userIndex(author) &&
          Math.abs(columns.at(last.author) - columns.at(author)) <= runSpanMs));
    this.#last = { author, isNew, died, seen };
    if (!goesOn) {
      this.#run = this.#open(author, died, seen, isNew);
      this.runs.push(this.#run);
    }
    const run = this.#run!;
    run.text += unit;
    if (author > run.seq) {
      run.seq = author;
      run.at = new Date(columns.at(author)).toISOString();
    }
  }

  /** What stands as one thing: a reference. */
  atom(item: Y.Item, text: string, seen: Seen): PastRun {
    const life = this.history.lives.of(item.id.client);
    const born = life.born(item.id.clock);
    const run = this.#open(born, life.died(item.id.clock), seen, this.isNew(born));
    return { ...run, text };
  }

  #open(author: number, died: number, seen: Seen, isNew: boolean): PastRun {
    const { columns } = this.history;
    return {
      text: '',
      ...(Object.keys(this.#marks).length > 0 ? { marks: this.#marks } : {}),
      author: { id: columns.user(author) },
      at: new Date(columns.at(author)).toISOString(),
      seq: author,
      ...(isNew ? { isNew: true } : {}),
      ...(seen === 'added' || seen === 'removed' ? { change: seen } : {}),
      ...(seen === 'removed' ? { by: { id: columns.user(died) } } : {}),
    };
  }
}
