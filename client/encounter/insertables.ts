import type { ObservationValue, Series } from '../../shared/patients/schema.ts';
import { formatNumber } from '../../shared/units/number.ts';
import type { Insertable } from '../editor/slashItems.ts';

interface Shown {
  value: string;
  unit: string | null;
}

/** A blood pressure is read as a pair, in the unit that both share. */
function shownValue({ value, unit, text, components }: ObservationValue): Shown | null {
  if (value !== null) return { value: formatNumber(value), unit };
  const parts = components.filter((part) => part.value !== null);
  if (parts.length > 0) {
    return { value: parts.map((part) => formatNumber(part.value!)).join('/'), unit: parts[0]!.unit };
  }
  return text === null ? null : { value: text, unit: null };
}

/** The latest value of each series, as something that can stand in a note. */
export const insertablesOf = (series: readonly Series[], when: (at: string) => string): Insertable[] =>
  series.flatMap(({ code, name, points }) => {
    const latest = points.at(-1);
    const shown = latest && shownValue(latest);
    if (!latest || !shown) return [];
    const at = latest.at === null ? undefined : when(latest.at);
    const flag = latest.flag !== null && latest.flag !== 'N' ? latest.flag : undefined;
    return [
      {
        id: `${code}-${latest.id}`,
        label: name,
        detail: [shown.unit ? `${shown.value} ${shown.unit}` : shown.value, at].filter(Boolean).join(', '),
        value: {
          label: name,
          value: shown.value,
          ...(shown.unit ? { unit: shown.unit } : {}),
          ...(flag ? { flag } : {}),
          ...(at ? { at } : {}),
          source: `Observation/${latest.id}`,
        },
      },
    ];
  });
