import type { OrderCategory } from '../documents/orders.ts';
import { formatDose, formatQuantity, formatStrength } from '../units/dose.ts';
import { tallMan } from '../units/tallMan.ts';
import { timingInWords } from '../units/timing.ts';
import { medicineDetail, orderDetail, type MedicineDetail, type ServiceDetail } from './schema.ts';
import type { UnitStyle } from '../units/unitWords.ts';

/** An order in the pieces in which a line prints it. */
export interface OrderLine {
  /** Bold: the medicine or the test, with tall-man letters. */
  name: string;
  /** The same for screen readers and search: plain letters. */
  plainName: string;
  /** Strength and form, specimen, body site. */
  form: string | null;
  /** Bold, after the word "Dose"; only a medicine has one. */
  dose: string | null;
  /** Route, how often, for how long. */
  how: string | null;
  reason: string | null;
}

/** A draft whose detail cannot be read is shown as what it is, never as an empty line. */
export type OrderReading = { readable: true; line: OrderLine } | { readable: false; words: string };

/** `furosemide 10 mg per mL injection` is a drug, then a strength and form: the first number parts them. */
export function splitDrugName(display: string): { drug: string; form: string | null } {
  const at = display.search(/\s\d/);
  if (at <= 0) return { drug: display.trim(), form: null };
  return { drug: display.slice(0, at).trim(), form: display.slice(at).trim() };
}

const listed = (parts: (string | null | undefined)[]): string | null =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(', ') || null;

const asNeededWords = (asNeeded: MedicineDetail['asNeeded']): string | null => {
  if (asNeeded === undefined || asNeeded === false) return null;
  return asNeeded === true ? 'if needed' : `if needed for ${asNeeded}`;
};

const durationOf = (duration: { value: string | number; unit: string } | undefined): string | null =>
  duration === undefined ? null : formatQuantity(duration.value, duration.unit);

function medicineLine(detail: MedicineDetail, style: UnitStyle): OrderLine {
  const { drug, form } = splitDrugName(detail.code.display);
  return {
    name: tallMan(drug),
    plainName: drug,
    form: form === null ? null : formatStrength(form, style),
    dose: formatDose(detail.dose, style),
    how: listed([
      detail.route,
      timingInWords(detail.timing),
      asNeededWords(detail.asNeeded),
      durationOf(detail.duration),
    ]),
    reason: null,
  };
}

function serviceLine(detail: ServiceDetail): OrderLine {
  return {
    name: detail.code.display,
    plainName: detail.code.display,
    form: listed([detail.specimen, detail.bodySite]),
    dose: null,
    how: listed([
      detail.timing === undefined ? null : timingInWords(detail.timing),
      durationOf(detail.duration),
    ]),
    reason: detail.reason || null,
  };
}

const isContested = (detail: unknown): boolean =>
  typeof detail === 'object' && detail !== null && 'contested' in detail;

/** Reads a draft's `detail` for its line. */
export function readOrder(category: OrderCategory, detail: unknown, style: UnitStyle = {}): OrderReading {
  if (detail === null || detail === undefined) return { readable: false, words: 'Nothing chosen yet' };
  if (isContested(detail)) return { readable: false, words: 'Two versions: someone must choose' };
  if (category === 'medication') {
    const medicine = medicineDetail.safeParse(detail);
    if (medicine.success) return { readable: true, line: medicineLine(medicine.data, style) };
  } else {
    const service = orderDetail[category].safeParse(detail);
    if (service.success) return { readable: true, line: serviceLine(service.data) };
  }
  return { readable: false, words: 'This order is not complete' };
}

/** The whole order as one sentence, for lists, print and screen readers. */
export function orderSentence(reading: OrderReading): string {
  if (!reading.readable) return reading.words;
  const { plainName, form, dose, how, reason } = reading.line;
  const head = form === null ? plainName : `${plainName} ${form}`;
  return (
    listed([dose === null ? head : `${head}, dose ${dose}`, how, reason === null ? null : `for ${reason}`]) ??
    head
  );
}
