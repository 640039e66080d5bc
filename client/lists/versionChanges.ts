import { listWords } from '../messages/lists.ts';
import { timingInWords, type FhirTiming } from '../../shared/units/timing.ts';
import { formatDose } from '../../shared/units/dose.ts';

type Entry = Record<string, unknown> | null;

/** A field that two versions say differently. */
export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

const optionOf = (field: string, value: string): string => listWords.options[field]?.[value] ?? value;

/** A value of a field in words. */
function valueWords(field: string, value: unknown): string {
  if (value === undefined || value === '') return listWords.history.empty;
  if (value === null) return optionOf('mode', 'unknown');
  if (Array.isArray(value))
    return value.map((each) => valueWords(field, each)).join('; ') || listWords.history.empty;
  if (typeof value !== 'object') return optionOf(field, String(value));
  const said = value as Record<string, unknown>;
  if (typeof said['text'] === 'string') return said['text'];
  if (field === 'timing') return timingInWords(said as FhirTiming);
  if (field === 'dose') return formatDose(said as { value: string; unit: string });
  return Object.entries(said)
    .map(([name, part]) =>
      name === 'timing' && typeof part === 'string' ? timingInWords(part) : valueWords(name, part),
    )
    .join(', ');
}

/** What one version says otherwise than the one before it, field by field. */
export function changesBetween(before: Entry, after: Entry): FieldChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields].flatMap((field) => {
    const [one, other] = [before?.[field], after?.[field]];
    return JSON.stringify(one) === JSON.stringify(other)
      ? []
      : [
          {
            field: listWords.fields[field] ?? field,
            before: valueWords(field, one),
            after: valueWords(field, other),
          },
        ];
  });
}
