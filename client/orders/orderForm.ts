import type { OrderCategory } from '../../shared/documents/orders.ts';
import { orderDetail, orderPriorities, type OrderPriority } from '../../shared/orders/schema.ts';
import { parseDecimal } from '../../shared/units/number.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { OrderContent } from './orders.svelte.ts';

export interface Code {
  system: string;
  code: string;
  display: string;
}

/** What stands in the fields of the form, as typed. */
export interface OrderFields {
  /** Strength and form of a medicine that is chosen from the list. */
  form: string;
  dose: string;
  unit: string;
  route: string;
  /** A timing code; `kept` stands for a timing that this form cannot write. */
  timing: string;
  asNeeded: boolean;
  duration: string;
  durationUnit: string;
  specimen: string;
  bodySite: string;
  reason: string;
  indication: string;
  priority: string;
  note: string;
}

export type FieldErrors = Partial<Record<keyof OrderFields, string>>;

export const keptTiming = 'kept';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const part = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const codeOf = (detail: unknown): Code | null => {
  const { system, code, display } = part(part(detail)['code']);
  return text(code) === '' || text(display) === ''
    ? null
    : { system: text(system), code: text(code), display: text(display) };
};

/** The fields of an order that is there already. */
export function fieldsOf(
  detail: unknown,
  rest: { indication: string | null; priority: OrderPriority; note: string | null },
): OrderFields {
  const held = part(detail);
  const dose = part(held['dose']);
  const duration = part(held['duration']);
  const timing = held['timing'];
  return {
    form: '',
    dose: text(dose['value']),
    unit: text(dose['unit']),
    route: text(held['route']),
    timing: typeof timing === 'string' ? timing : timing ? keptTiming : '',
    asNeeded: held['asNeeded'] !== undefined && held['asNeeded'] !== false,
    duration: duration['value'] === undefined ? '' : String(duration['value']),
    durationUnit: text(duration['unit']) || 'd',
    specimen: text(held['specimen']),
    bodySite: text(held['bodySite']),
    reason: text(held['reason']),
    indication: rest.indication ?? '',
    priority: rest.priority,
    note: rest.note ?? '',
  };
}

const orNull = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());

/**
 * What the form says, as an order; or what is wrong with it, field by field. `before` is the order's present detail:
 * parts that this form does not show are kept.
 */
export function contentOf(
  category: OrderCategory,
  code: Code,
  fields: OrderFields,
  needed: string,
  before: unknown = null,
): Result<OrderContent, FieldErrors> {
  const errors: FieldErrors = {};
  const held = part(before);
  const decimal = (key: 'dose' | 'duration'): string | undefined => {
    const read = parseDecimal(fields[key]);
    if (read.ok) return read.value;
    errors[key] = read.error;
    return undefined;
  };
  const duration =
    fields.duration.trim() === '' ? undefined : { value: decimal('duration'), unit: fields.durationUnit };
  const timing = fields.timing === keptTiming ? held['timing'] : (orNull(fields.timing) ?? undefined);
  const display = fields.form === '' ? code.display : `${code.display} ${fields.form}`;
  const shared = {
    code: { system: code.system, code: code.code, display },
    ...(timing === undefined ? {} : { timing }),
    ...(duration === undefined ? {} : { duration }),
  };
  let detail: Record<string, unknown>;
  if (category === 'medication') {
    const value = decimal('dose');
    for (const key of ['unit', 'route', 'timing'] as const) {
      if (fields[key].trim() === '') errors[key] = needed;
    }
    // What it is needed for is kept, also where this form only says that it is.
    const asNeeded = fields.asNeeded ? { asNeeded: held['asNeeded'] || true } : {};
    detail = {
      ...shared,
      dose: { value, unit: fields.unit.trim() },
      route: fields.route.trim(),
      ...asNeeded,
    };
  } else {
    const {
      timing: _timing,
      duration: _duration,
      specimen: _specimen,
      bodySite: _site,
      reason: _reason,
      ...more
    } = held;
    detail = { ...more, ...shared };
    for (const key of ['specimen', 'bodySite', 'reason'] as const) {
      const typed = orNull(fields[key]);
      if (typed !== null) detail[key] = typed;
    }
  }
  if (Object.keys(errors).length > 0) return no(errors);
  const read = orderDetail[category].safeParse(detail);
  if (!read.success) return no(errorsOf(read.error.issues));
  return ok({
    detail,
    indication: orNull(fields.indication),
    priority: orderPriorities.find((known) => known === fields.priority) ?? 'routine',
    note: orNull(fields.note),
  });
}

function errorsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): FieldErrors {
  const errors: FieldErrors = {};
  for (const { path, message } of issues) {
    const [first, second] = path;
    const field = first === 'dose' && second === 'unit' ? 'unit' : first === 'code' ? 'dose' : String(first);
    errors[field as keyof OrderFields] = message;
  }
  return errors;
}
