import type { BlockKind } from '../../../shared/documents/body.ts';
import type {
  MedicineDetail,
  OrderCategory,
  OrderTiming,
  ServiceDetail,
} from '../../../shared/orders/schema.ts';
import { formatDate, formatTime } from '../../../shared/units/dates.ts';
import { starterItem } from '../../terminology/starter.ts';
import type { DraftProblem } from './shape.ts';

type Lines = { kind: BlockKind; text: string; checked?: boolean }[];

const lines =
  (kind: BlockKind) =>
  (...texts: string[]): Lines =>
    texts.map((text) => ({ kind, text }));

export const paragraphs = lines('paragraph');
export const bullets = lines('bullet');
export const numbered = lines('numbered');
export const checks = (...items: [text: string, checked: boolean][]): Lines =>
  items.map(([text, checked]) => ({ kind: 'check', text, checked }));

/** `daily at 18:00`. */
export const dailyAt = (time: string): OrderTiming => ({
  repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: [`${time}:00`] },
});

/** A medicine of the starter catalogue as an order holds it. */
export function medicine(
  name: string,
  form: string,
  dose: [value: string, unit: string],
  route: string,
  timing: OrderTiming,
  more: Pick<MedicineDetail, 'asNeeded' | 'duration'> = {},
): { category: 'medication'; detail: MedicineDetail } {
  const { system, code, display } = starterItem('medication', name);
  return {
    category: 'medication',
    detail: {
      code: { system, code, display: `${display} ${form}` },
      dose: { value: dose[0], unit: dose[1] },
      route,
      timing,
      ...more,
    },
  };
}

/** Any other line of the starter catalogue. */
export function service(
  category: Exclude<OrderCategory, 'medication'>,
  name: string,
  more: Partial<Omit<ServiceDetail, 'code'>> = {},
): { category: OrderCategory; detail: ServiceDetail } {
  const { system, code, display, hints } = starterItem(category, name);
  return {
    category,
    detail: {
      code: { system, code, display },
      ...(hints.specimen === undefined ? {} : { specimen: hints.specimen }),
      ...more,
    },
  };
}

/** The code of a problem that has another title in the plan. */
export function problemCode(name: string): NonNullable<DraftProblem['code']> {
  const { system, code, display } = starterItem('problem', name);
  return { system, code, display };
}

const hourMs = 3_600_000;
const zone = 'Europe/London';

/** Times and dates near now, as people write them in a note. */
export const around = (now: Date) => {
  const when = (hours: number): Date => new Date(now.getTime() + hours * hourMs);
  return {
    /** `03:05`, so many hours from now. */
    time: (hours: number): string => formatTime(when(hours), zone),
    /** `22-Nov-2026`. */
    date: (daysFromNow: number): string => formatDate(when(daysFromNow * 24), zone),
    /** `2026-11-22`, for values that are read by machines. */
    due: (daysFromNow: number): string =>
      when(daysFromNow * 24)
        .toISOString()
        .slice(0, 10),
  };
};
