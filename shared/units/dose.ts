import { formatNumber, noBreakSpace } from './number.ts';
import { unitWord, type UnitStyle } from './unitWords.ts';

const isOne = (value: number | string): boolean => Number(value) === 1;

/** Joins words that must stay on one line. */
const joined = (text: string): string => text.replace(/ /g, noBreakSpace);

/**
 * A measured value with its unit, `71.4 kg`, `93 %`, `5.2 mmol/L`; number and unit never part. Laboratory units keep
 * their slash.
 */
export function formatQuantity(value: number | string, unit: string | null, style: UnitStyle = {}): string {
  const number = formatNumber(value);
  const word = unit === null ? '' : unitWord(unit, { ...style, one: isOne(value) });
  return word === '' ? number : `${number}${noBreakSpace}${joined(word)}`;
}

const perWords = new Map(Object.entries({ h: 'hour', min: 'minute', d: 'day', s: 'second' }));

/** In a dose a slash is misread as the digit 1: `mL/h` is said in words. */
const slashless = (unit: string): string =>
  unit
    .split('/')
    .map((part, index) => (index === 0 ? part : (perWords.get(part) ?? part)))
    .join(' per ');

/** A dose, `500 mg`, `1 unit`, `80 mL per hour`. */
export function formatDose(dose: { value: number | string; unit: string }, style: UnitStyle = {}): string {
  const word = slashless(unitWord(dose.unit, { ...style, one: isOne(dose.value) }));
  const number = formatNumber(dose.value);
  return word === '' ? number : `${number}${noBreakSpace}${joined(word)}`;
}

/** A number with its unit as people write it, anywhere in a strength. */
const amount =
  /(\d[\d,]*(?:\.\d+)?|\.\d+)\s*([A-Za-z\u00B5\u03BC%][A-Za-z\u00B5\u03BC]*)?(\s*\/\s*(\d+(?:\.\d+)?)?\s*([A-Za-z]+))?/g;

/** A strength and form, `10 mg per mL injection`: "x per y", no slash, no naked point, no gap to break at. */
export function formatStrength(text: string, style: UnitStyle = {}): string {
  const written = text.replace(
    amount,
    (_all, number: string, unit = '', per = '', perNumber = '', perUnit = '') => {
      const value = number.startsWith('.') ? `0${number}` : number.replaceAll(',', '');
      const known = unit === '' ? '' : unitWord(unit, { ...style, one: isOne(value) });
      const head = known === '' ? formatNumber(value) : `${formatNumber(value)}${noBreakSpace}${known}`;
      if (per === '') return head;
      const count = perNumber === '' ? '' : `${formatNumber(perNumber)}${noBreakSpace}`;
      const below = perWords.get(perUnit) ?? unitWord(perUnit, { ...style, one: true });
      return `${head}${noBreakSpace}per${noBreakSpace}${count}${below}`;
    },
  );
  return written.replace(/ per (?=\S)/g, `${noBreakSpace}per${noBreakSpace}`);
}
