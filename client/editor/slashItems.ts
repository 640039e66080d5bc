import type { Editor } from '@tiptap/core';
import type { BlockKind } from '../../shared/documents/body.ts';
import type { ReferenceValue } from './reference.ts';

/** A vital sign or a result that can be put into the text. */
export interface Insertable {
  id: string;
  label: string;
  /** Shown at the right: value and time. */
  detail: string;
  value: ReferenceValue;
}

export interface SlashItem {
  id: string;
  label: string;
  detail: string;
  group: 'lines' | 'values';
  run: (editor: Editor) => void;
}

const lineKinds: { id: string; label: string; kind: BlockKind; level?: number; keys: string }[] = [
  { id: 'check', label: 'Checklist', kind: 'check', keys: '[ ]' },
  { id: 'bullet', label: 'Bullets', kind: 'bullet', keys: '-' },
  { id: 'numbered', label: 'Numbers', kind: 'numbered', keys: '1.' },
  { id: 'heading', label: 'Heading', kind: 'heading', level: 1, keys: '#' },
  { id: 'paragraph', label: 'Plain text', kind: 'paragraph', keys: '' },
];

/** What a reference says in plain text: for copies, search and print. */
export const plainReference = ({ label, value, unit, flag, at }: ReferenceValue): string =>
  [label, unit ? `${value} ${unit}` : value, flag, at].filter(Boolean).join(' ');

/** The choices of `/`, narrowed by what was typed after it. */
export function slashItems(query: string, insertables: readonly Insertable[]): SlashItem[] {
  const wanted = query.trim().toLowerCase();
  const matches = (label: string): boolean => label.toLowerCase().includes(wanted);
  return [
    ...insertables
      .filter(({ label }) => matches(label))
      .slice(0, wanted === '' ? 6 : 10)
      .map(({ id, label, detail, value }) => ({
        id,
        label,
        detail,
        group: 'values' as const,
        run: (editor: Editor) => editor.commands.insertReference(value, plainReference(value)),
      })),
    ...lineKinds
      .filter(({ label }) => matches(label))
      .map(({ id, label, kind, level, keys }) => ({
        id,
        label,
        detail: keys,
        group: 'lines' as const,
        run: (editor: Editor) => editor.commands.setBlockKind(kind, level),
      })),
  ];
}

/** The query after a `/` that stands at the start of a line or after a space; null when there is none. */
export const slashQuery = (textBefore: string): string | null =>
  /(?:^|\s)\/([\p{L}\d ]{0,24})$/u.exec(textBefore)?.[1] ?? null;
