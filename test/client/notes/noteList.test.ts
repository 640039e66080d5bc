import { describe, expect, test } from 'vitest';
import { NoteList } from '../../../client/notes/noteList.svelte.ts';
import { ApiError } from '../../../client/wire/api.ts';
import type { NoteKind } from '../../../shared/notes/kinds.ts';
import type { NoteLine } from '../../../shared/notes/schema.ts';

const line = (id: string, status: NoteLine['status'] = 'draft'): NoteLine => ({
  id,
  kind: 'progress',
  title: 'Progress note',
  status,
  createdAt: '2026-11-22T03:00:00Z',
  author: { id: 'a', name: 'Edith Halvorsen', role: 'attending' },
  signatures: [],
});

/** A service that answers when the test says so. */
function service() {
  const asked: { answer: (notes: NoteLine[]) => void; refuse: () => void }[] = [];
  const created: { kind: NoteKind; key: string; answer: () => void; refuse: () => void }[] = [];
  const unreachable = (): ApiError => new ApiError('unreachable', 0);
  const list = new NoteList({
    load: () =>
      new Promise((resolve, reject) => {
        asked.push({ answer: resolve, refuse: () => reject(unreachable()) });
      }),
    create: (kind, key) =>
      new Promise((resolve, reject) => {
        created.push({
          kind,
          key,
          answer: () => resolve({ noteId: `note-${kind}` }),
          refuse: () => reject(unreachable()),
        });
      }),
  });
  return { list, asked, created };
}

describe('the list of notes', () => {
  test('an answer that was asked for earlier never takes the place of a newer one', async () => {
    const { list, asked } = service();
    const loads = [list.load(), list.load()];
    asked[1]!.answer([line('one', 'signed'), line('new')]);
    await loads[1];
    asked[0]!.answer([line('one')]);
    await loads[0];
    expect(list.notes).toEqual([line('one', 'signed'), line('new')]);
  });

  test('a failure that comes late says nothing of a list that is here since', async () => {
    const { list, asked } = service();
    const loads = [list.load(), list.load()];
    asked[1]!.answer([line('one')]);
    await loads[1];
    asked[0]!.refuse();
    await loads[0];
    expect(list.failed).toBe(false);
    const again = list.load();
    asked[2]!.refuse();
    await again;
    expect([list.failed, list.notes]).toEqual([true, [line('one')]]);
  });

  test('trying again is the same wish, another kind is another', async () => {
    const { list, created } = service();
    const start = (kind: NoteKind, how: 'answer' | 'refuse'): Promise<string | null> => {
      const started = list.start(kind);
      created.at(-1)![how]();
      return started;
    };
    expect(await start('progress', 'refuse')).toBeNull();
    expect(list.createFailed).toBe(true);
    expect(await start('procedure', 'answer')).toBe('note-procedure');
    expect([list.createFailed, list.creating]).toEqual([false, false]);
    expect(await start('progress', 'answer')).toBe('note-progress');
    await start('progress', 'answer');
    const [first, other, again, next] = created.map(({ key }) => key);
    expect(again).toBe(first);
    expect(new Set([first, other, next]).size).toBe(3);
  });
});
