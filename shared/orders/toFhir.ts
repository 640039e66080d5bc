import { systems } from '../patients/codes.ts';
import type { Resource } from '../patients/fhirValue.ts';
import { timingInWords } from '../units/timing.ts';
import {
  medicineDetail,
  orderCategoryTitles,
  orderDetail,
  type MedicineDetail,
  type OrderCategory,
  type OrderPriority,
  type OrderTiming,
  type ServiceDetail,
} from './schema.ts';
import { readOrder } from './summary.ts';
import { no, ok, type Result } from '../wire/result.ts';

/** A draft whose content says all that an order must say. */
export type SignableOrder = {
  id: string;
  indication: string | null;
  priority: OrderPriority;
  note: string | null;
} & (
  | { category: 'medication'; detail: MedicineDetail }
  | { category: Exclude<OrderCategory, 'medication'>; detail: ServiceDetail }
);

/** A draft as its signable view says it. */
export interface OrderView {
  id: string;
  category: OrderCategory;
  detail: unknown;
  indication: string | null;
  priority: string | null;
  note: string | null;
}

type Problems = { path: string; message: string }[];

/** Whether a draft can be signed as it stands. */
export function readSignable(view: OrderView): Result<SignableOrder, Problems> {
  const { id, category, indication, note } = view;
  const priority: OrderPriority =
    view.priority === 'urgent' || view.priority === 'stat' ? view.priority : 'routine';
  const rest = { id, indication, note, priority };
  const parsed =
    category === 'medication'
      ? medicineDetail.safeParse(view.detail)
      : orderDetail[category].safeParse(view.detail);
  if (!parsed.success) {
    return no(
      parsed.error.issues.map(({ path, message }) => ({
        path: ['', 'detail', ...path.map(String)].join('/'),
        message,
      })),
    );
  }
  return ok({ ...rest, category, detail: parsed.data } as SignableOrder);
}

export interface OrderContext {
  /** Of the resource; never the draft's id, which a client has made. */
  resourceId: string;
  patientId: string;
  encounterId: string;
  requester: object;
  /** FHIR dateTime with the site's offset. */
  authoredOn: string;
  /** Keeps a decimal's digits where the writer of JSON can. */
  decimal: (digits: string) => unknown;
}

/** A signed order in FHIR R4. */
export const orderToFhir = (order: SignableOrder, context: OrderContext): Resource =>
  order.category === 'medication' ? medicationRequest(order, context) : serviceRequest(order, context);

const request = (order: SignableOrder, context: OrderContext) => ({
  id: context.resourceId,
  identifier: [{ system: systems.order, value: order.id }],
  status: 'active',
  intent: 'order',
  priority: order.priority,
  subject: { reference: `Patient/${context.patientId}` },
  encounter: { reference: `Encounter/${context.encounterId}` },
  authoredOn: context.authoredOn,
  requester: context.requester,
});

const concept = ({ code, system, display }: MedicineDetail['code']) => ({
  coding: [{ system, code, display }],
  text: display,
});

const annotation = ({ note }: SignableOrder, { authoredOn }: OrderContext) =>
  note === null ? {} : { note: [{ time: authoredOn, text: note }] };

const reasons = (...texts: (string | null | undefined)[]) => {
  const given = texts.filter((text): text is string => Boolean(text));
  return given.length === 0 ? {} : { reasonCode: given.map((text) => ({ text })) };
};

function medicationRequest(
  order: Extract<SignableOrder, { category: 'medication' }>,
  context: OrderContext,
): Resource {
  const { code, ...dosing } = order.detail;
  return {
    resourceType: 'MedicationRequest',
    ...request(order, context),
    medicationCodeableConcept: concept(code),
    ...reasons(order.indication),
    ...annotation(order, context),
    dosageInstruction: [toDosage(dosing, context.decimal)],
  };
}

/** How a medicine is taken, in FHIR: with its words, so that nobody has to put them together again. */
export function toDosage(
  { dose, route, timing, asNeeded, duration }: Omit<MedicineDetail, 'code'>,
  decimal: OrderContext['decimal'],
): object {
  const said = { code: { system: '-', code: '-', display: '-' }, dose, route, timing, asNeeded, duration };
  const reading = readOrder('medication', said);
  const line = reading.readable ? reading.line : null;
  return {
    text: [line?.dose, line?.how].filter(Boolean).join(' '),
    timing: toTiming(timing, duration, decimal),
    ...(asNeeded === undefined || asNeeded === false
      ? {}
      : asNeeded === true
        ? { asNeededBoolean: true }
        : { asNeededCodeableConcept: { text: asNeeded } }),
    route: { text: route },
    doseAndRate: [{ doseQuantity: quantity(dose.value, dose.unit, decimal) }],
  };
}

function serviceRequest(
  order: Exclude<SignableOrder, { category: 'medication' }>,
  context: OrderContext,
): Resource {
  const { code, timing, specimen, bodySite, reason, duration } = order.detail;
  const text = orderCategoryTitles[order.category];
  return {
    resourceType: 'ServiceRequest',
    ...request(order, context),
    category: [{ coding: [{ system: systems.orderCategory, code: order.category, display: text }], text }],
    code: concept(code),
    ...(timing === undefined && duration === undefined
      ? {}
      : { occurrenceTiming: toTiming(timing, duration, context.decimal) }),
    ...reasons(order.indication, reason),
    ...(specimen === undefined ? {} : { specimen: [{ display: specimen }] }),
    ...(bodySite === undefined ? {} : { bodySite: [{ text: bodySite }] }),
    ...annotation(order, context),
  };
}

/** Units that mean the same in UCUM; what a site counts in (tablets, puffs) has no code there. */
const ucum = new Map(
  Object.entries({
    mg: 'mg',
    g: 'g',
    mcg: 'ug',
    micrograms: 'ug',
    ug: 'ug',
    kg: 'kg',
    mL: 'mL',
    L: 'L',
    mmol: 'mmol',
    s: 's',
    min: 'min',
    h: 'h',
    d: 'd',
    wk: 'wk',
    mo: 'mo',
  }),
);

function quantity(value: string | number, unit: string, decimal: OrderContext['decimal']) {
  const code = ucum.get(unit);
  return {
    value: typeof value === 'number' ? value : decimal(value.replace(/^0+(?=\d)/, '')),
    unit,
    ...(code === undefined ? {} : { system: 'http://unitsofmeasure.org', code }),
  };
}

const abbreviations = 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation';
/** R4's TimingAbbreviation; the other codes of a ward are said in words. */
const coded = new Set('BID TID QID AM PM QD QOD Q1H Q2H Q3H Q4H Q6H Q8H BED WK MO'.split(' '));

const repeats = new Map<string, object>(
  Object.entries({
    QD: { frequency: 1, period: 1, periodUnit: 'd' },
    BID: { frequency: 2, period: 1, periodUnit: 'd' },
    TID: { frequency: 3, period: 1, periodUnit: 'd' },
    QID: { frequency: 4, period: 1, periodUnit: 'd' },
    QOD: { frequency: 1, period: 2, periodUnit: 'd' },
    AM: { frequency: 1, period: 1, periodUnit: 'd', when: ['MORN'] },
    PM: { frequency: 1, period: 1, periodUnit: 'd', when: ['AFT'] },
    BED: { frequency: 1, period: 1, periodUnit: 'd', when: ['HS'] },
    WK: { frequency: 1, period: 1, periodUnit: 'wk' },
    MO: { frequency: 1, period: 1, periodUnit: 'mo' },
    ONCE: { count: 1 },
    STAT: { count: 1 },
  }),
);

function repeatOf(code: string): object | null {
  const hours = Number(/^Q(\d{1,2})H$/.exec(code)?.[1] ?? 0);
  return hours > 0 ? { frequency: 1, period: hours, periodUnit: 'h' } : (repeats.get(code) ?? null);
}

function toTiming(
  timing: OrderTiming | undefined,
  duration: MedicineDetail['duration'],
  decimal: OrderContext['decimal'],
): object {
  const bounds = duration && { boundsDuration: quantity(duration.value, duration.unit, decimal) };
  if (timing === undefined) return { repeat: bounds };
  if (typeof timing !== 'string') {
    return bounds ? { ...timing, repeat: { ...timing.repeat, ...bounds } } : timing;
  }
  const repeat = { ...repeatOf(timing), ...bounds };
  return {
    ...(Object.keys(repeat).length > 0 && { repeat }),
    code: {
      ...(coded.has(timing) && { coding: [{ system: abbreviations, code: timing }] }),
      text: timingInWords(timing),
    },
  };
}
