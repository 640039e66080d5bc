import * as Y from 'yjs';

/** Values of attributes and keys that are form, not words. */
const form = new Set(['paragraph', 'heading', 'bullet', 'numbered', 'check', 'routine', 'urgent', 'stat']);
const formKeys = new Set([
  'rank',
  'kind',
  'level',
  'indent',
  'checked',
  'status',
  'category',
  'priority',
  'discipline',
]);

/**
 * What I wrote that the server has not declared durable, as text in document order, one entry a place. Read before a
 * refused document is thrown away, so that its words can be offered back.
 */
export function textNotDurable(doc: Y.Doc, durable: Uint8Array | null): string[] {
  const from = durable === null ? 0 : (Y.decodeStateVector(durable).get(doc.clientID) ?? 0);
  const mine = (doc.store.clients.get(doc.clientID) ?? []).filter(
    (struct): struct is Y.Item =>
      struct instanceof Y.Item && struct.id.clock + struct.length > from && !struct.deleted,
  );
  const texts: string[] = [];
  const seen = new Set<unknown>();
  for (const item of mine) {
    if (item.content instanceof Y.ContentString) {
      if (seen.has(item.parent)) continue;
      seen.add(item.parent);
      texts.push(runsOf(item.parent as Y.AbstractType<unknown>, doc.clientID, from));
    } else if (item.content instanceof Y.ContentAny && !formKeys.has(item.parentSub ?? '')) {
      texts.push(...item.content.arr.flatMap(wordsOf));
    }
  }
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

function runsOf(parent: Y.AbstractType<unknown>, client: number, from: number): string {
  let text = '';
  let gap = false;
  // oxlint-disable-next-line no-underscore-dangle -- Yjs has no other way to walk items with their authors
  for (let item = parent._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const isNew = item.id.client === client && item.id.clock + item.length > from;
    if (!isNew) {
      gap = text !== '';
      continue;
    }
    const fresh = item.content.str.slice(Math.max(0, from - item.id.clock));
    text += gap && !/^\s/.test(fresh) && !/\s$/.test(text) ? ` ${fresh}` : fresh;
    gap = false;
  }
  return text;
}

/** The strings inside a value that somebody could want to read again. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return form.has(value) ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  const { code, dose, route, timing } = value as Record<string, unknown>;
  const display = (code as { display?: unknown } | undefined)?.display;
  if (typeof display !== 'string') return [];
  const { value: amount, unit } = (dose ?? {}) as { value?: unknown; unit?: unknown };
  return [[display, amount, unit, route, timing].filter((part) => typeof part === 'string').join(' ')];
}
