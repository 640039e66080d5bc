import * as Y from 'yjs';
import { bodyShape } from './body.ts';
import { byRank } from './rank.ts';
import { isShortText, type Shape } from './shape.ts';

/** Root `sections`: sectionId → `{ title, rank, body }`. Sections are made by the server with the note. */
export const noteRoots: Record<string, Shape> = {
  sections: {
    type: 'map',
    each: {
      type: 'shared',
      by: 'server',
      shape: {
        type: 'map',
        keys: {
          title: { type: 'value', accepts: isShortText, by: 'anyone' },
          rank: { type: 'value', accepts: isShortText, by: 'anyone' },
          body: { type: 'shared', by: 'server', shape: bodyShape },
        },
      },
    },
  },
};

export interface NoteLine {
  kind: string;
  level?: number;
  indent?: number;
  checked?: boolean;
  /** Runs of text with their marks; the text of a reference as shown, with its value. */
  runs: { text: string; marks?: Record<string, unknown> }[];
  value?: string;
}

export interface NoteContent {
  sections: { id: string; title: string; lines: NoteLine[] }[];
}

/** What of a body is signed: kinds, marks and text; defaults and empty formatting left out. */
export function bodyLines(body: Y.XmlFragment): NoteLine[] {
  return body.toArray().flatMap((node) => {
    if (!(node instanceof Y.XmlElement)) return [];
    const {
      kind = 'paragraph',
      level,
      indent,
      checked,
      value,
      text,
    } = node.getAttributes() as Record<string, unknown>;
    if (node.nodeName === 'reference') {
      return [{ kind: 'reference', runs: [{ text: String(text ?? '') }], value: String(value ?? '') }];
    }
    const line: NoteLine = { kind: String(kind), runs: [] };
    if (kind === 'heading') line.level = Number(level ?? 1);
    if (Number(indent ?? 0) > 0) line.indent = Number(indent);
    if (kind === 'check') line.checked = checked === true;
    for (const child of node.toArray()) {
      if (!(child instanceof Y.XmlText)) continue;
      for (const { insert, attributes } of child.toDelta() as {
        insert: unknown;
        attributes?: Record<string, unknown>;
      }[]) {
        if (typeof insert === 'string')
          line.runs.push(attributes ? { text: insert, marks: attributes } : { text: insert });
      }
    }
    return [line];
  });
}

/** The signable view of a note. */
export function noteContent(doc: Y.Doc): NoteContent {
  const sections = doc.getMap<Y.Map<unknown>>('sections');
  return {
    sections: [...sections.entries()]
      .map(([id, section]) => ({ id, section, rank: String(section.get('rank') ?? '') }))
      .sort(byRank)
      .map(({ id, section }) => {
        const body = section.get('body');
        return {
          id,
          title: String(section.get('title') ?? ''),
          lines: body instanceof Y.XmlFragment ? bodyLines(body) : [],
        };
      }),
  };
}

/** A note as plain text, one line a block. */
export const noteText = (content: NoteContent): string =>
  content.sections
    .map(({ title, lines }) =>
      [title, ...lines.map((line) => line.runs.map((run) => run.text).join(''))].join('\n'),
    )
    .join('\n\n');

/** Fills an empty document with a new note's sections, each body seeded with one empty block. */
export function writeNewNote(doc: Y.Doc, sections: { id: string; title: string; rank: string }[]): void {
  doc.transact(() => {
    const root = doc.getMap<Y.Map<unknown>>('sections');
    for (const { id, title, rank } of sections) {
      const block = new Y.XmlElement('block');
      block.setAttribute('kind', 'paragraph');
      block.insert(0, [new Y.XmlText()]);
      const body = new Y.XmlFragment();
      body.insert(0, [block]);
      const section = new Y.Map<unknown>();
      section.set('title', title);
      section.set('rank', rank);
      section.set('body', body);
      root.set(id, section);
    }
  });
}
