import { usualRoutes, usualUnits } from '../../shared/orders/usual.ts';
import { timingCodes, timingInWords } from '../../shared/units/timing.ts';
import { formatDose } from '../../shared/units/dose.ts';

export interface Choice {
  value: string;
  label: string;
}

/** The suggestions first, then the usual ones, and always what the order holds now. */
const merged = (first: readonly string[], usual: readonly string[], now: string): string[] => [
  ...new Set([...first, ...usual, now].filter((value) => value !== '')),
];

const asIs = (value: string): Choice => ({ value, label: value });

export const routeChoices = (hinted: readonly string[], now: string): Choice[] =>
  merged(hinted, usualRoutes, now).map(asIs);

export const unitChoices = (hinted: readonly string[], now: string): Choice[] =>
  merged(hinted, usualUnits, now).map((value) => ({
    value,
    label: formatDose({ value: 2, unit: value }).replace(/^2\s?/, '') || value,
  }));

export const timingChoices = (hinted: readonly string[], now: string): Choice[] =>
  merged(hinted, timingCodes, now).map((value) => ({ value, label: timingInWords(value) }));
