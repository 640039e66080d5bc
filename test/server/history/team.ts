import { getSchema } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state';
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap';
import * as Y from 'yjs';
import { bodyExtensions } from '../../../client/editor/extensions.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { registry } from '../../../shared/documents/registry.ts';
import type { DocumentKind } from '../../../shared/documents/room.ts';
import type { PastLine, PastSection } from '../../../shared/history/schema.ts';
import { pastContent, rootOf } from '../../../server/history/content.ts';
import { DocumentHistory } from '../../../server/history/documentHistory.ts';
import type { LogEntry } from '../../../server/log/documentLog.ts';
import { emptyDocument } from '../../../server/log/fold.ts';

const schema = getSchema(bodyExtensions);
const systemUser = 'system';

export type Entry = Pick<LogEntry, 'seq' | 'kind' | 'userId' | 'at' | 'bytes'>;

/** People who write one document through a server, as the log sees them: what a live document emits is an entry. */
export class Team {
  readonly entries: Entry[] = [];
  readonly #server: Y.Doc;
  /** Called after each entry with the document as it then is. */
  onEntry: (doc: Y.Doc) => void = () => {};
  readonly #people: Person[] = [];
  #author = systemUser;
  #now = Date.parse('2026-11-22T02:20:00.000Z');

  constructor(readonly kind: DocumentKind) {
    this.#server = emptyDocument(registry[kind].roots);
    this.#server.on('update', (bytes: Uint8Array) => {
      this.add({ kind: 'update', userId: this.#author, bytes });
      this.onEntry(this.#server);
      for (const person of this.#people) person.hear(bytes);
    });
  }

  /** A note with the sections `Assessment` and `Plan`, each with an empty line. */
  static ofNote(): Team {
    const team = new Team('note');
    team.#server.transact(() =>
      writeNewNote(team.#server, [
        { id: 'assessment', title: 'Assessment', rank: 'a' },
        { id: 'plan', title: 'Plan', rank: 'b' },
      ]),
    );
    return team;
  }

  add(entry: Omit<Entry, 'seq' | 'at'>): void {
    this.#now += 1_000;
    this.entries.push({ ...entry, seq: this.entries.length + 1, at: new Date(this.#now).toISOString() });
  }

  wait(ms: number): void {
    this.#now += ms;
  }

  join(userId: string): Person {
    const person = new Person(this, userId, Y.encodeStateAsUpdate(this.#server), (update) => {
      this.#author = userId;
      Y.applyUpdate(this.#server, update);
      this.#author = systemUser;
    });
    this.#people.push(person);
    return person;
  }

  history(): DocumentHistory {
    const history = new DocumentHistory(registry[this.kind].roots, rootOf[this.kind]);
    history.append(this.entries);
    return history;
  }

  /** A section's lines as they were, each with who wrote what: `A[alert] B[, calm]`. */
  text(section: string, seq = this.entries.length): string[] {
    return this.sections(seq)
      .filter(({ id }) => id === section)
      .flatMap(({ lines }) => lines.map(lineWords));
  }

  sections(seq = this.entries.length, from: number | null = null): PastSection[] {
    const history = this.history();
    const content = pastContent(history, this.kind, { seq, from });
    return content.kind === 'note' ? content.sections : [];
  }
}

export const lineWords = ({ runs }: PastLine): string =>
  runs.map(({ text, author, change }) => `${changeSign[change ?? 'same']}${author.id}[${text}]`).join(' ');

const changeSign = { same: '', added: '+', removed: '-' };

/** One person's client. What they write reaches the server at once, unless they are offline. */
export class Person {
  readonly doc = new Y.Doc();
  #offline: Uint8Array[] | null = null;

  constructor(
    private readonly team: Team,
    readonly userId: string,
    state: Uint8Array,
    private readonly send: (update: Uint8Array) => void,
  ) {
    Y.applyUpdate(this.doc, state, team);
    this.doc.on('update', (bytes: Uint8Array, origin: unknown) => {
      if (origin !== this.team && !this.#offline) send(bytes);
    });
  }

  hear(bytes: Uint8Array): void {
    if (this.#offline) this.#offline.push(bytes);
    else Y.applyUpdate(this.doc, bytes, this.team);
  }

  body(section: string): Y.XmlFragment {
    return this.doc.getMap<Y.Map<Y.XmlFragment>>('sections').get(section)!.get('body')!;
  }

  /** What an editor does with a section, as one change. */
  edit(section: string, change: (tr: Transaction) => unknown): void {
    const body = this.body(section);
    const { tr } = EditorState.create({ doc: yXmlFragmentToProseMirrorRootNode(body, schema) });
    change(tr);
    this.doc.transact(() => prosemirrorToYXmlFragment(tr.doc, body));
  }

  /** Types text at a place, each character by itself. */
  type(section: string, text: string, after = ''): void {
    let place: number | null = null;
    for (const letter of text) {
      this.edit(section, (tr) => {
        place ??= placeAfter(tr.doc, after);
        tr.insertText(letter, place);
        place += letter.length;
      });
    }
  }

  /** Presses a key with the caret after some words. */
  press(section: string, key: (tr: Transaction, doIt: boolean) => boolean, after: string): void {
    this.edit(section, (tr) => {
      tr.setSelection(TextSelection.create(tr.doc, placeAfter(tr.doc, after)));
      key(tr, true);
    });
  }

  delete(section: string, words: string): void {
    this.edit(section, (tr) => {
      const to = placeAfter(tr.doc, words);
      tr.delete(to - words.length, to);
    });
  }

  goOffline(): void {
    this.#offline ??= [];
  }

  /** Comes back with what was written meanwhile, as one sync. */
  comeBack(): void {
    const missed = this.#offline ?? [];
    this.#offline = null;
    for (const bytes of missed) Y.applyUpdate(this.doc, bytes, this.team);
    this.send(Y.encodeStateAsUpdate(this.doc));
  }

  /** An undo manager as an editor has one for a section. */
  undoManager(section: string): Y.UndoManager {
    return new Y.UndoManager(this.body(section), { captureTimeout: 0 });
  }
}

/** The place in a document directly after these words; of no words, the end of its last line. */
export function placeAfter(doc: Node, words: string): number {
  let place = doc.content.size - 1;
  if (words === '') return place;
  doc.forEach((line, offset) => {
    const at = line.textContent.indexOf(words);
    if (at >= 0) place = offset + 1 + at + words.length;
  });
  return place;
}
