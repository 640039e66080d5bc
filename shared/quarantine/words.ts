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

/** The strings under a key that somebody could want to read again. */
export function wordsUnder(key: string | null, value: unknown): string[] {
  if (key !== null && formKeys.has(key)) return [];
  if (typeof value === 'string') return form.has(value) || value.trim() === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  const { code, dose, route, timing } = value as Record<string, unknown>;
  const display = (code as { display?: unknown } | undefined)?.display;
  if (typeof display !== 'string') return [];
  const { value: amount, unit } = (dose ?? {}) as { value?: unknown; unit?: unknown };
  return [[display, amount, unit, route, timing].filter((part) => typeof part === 'string').join(' ')];
}
