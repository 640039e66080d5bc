/** Conversion between UCUM units. */
export interface Units {
  /** The value in another unit, as a decimal string; null when there is no way from one to the other. */
  convert(value: string | number, from: string, to: string, substance?: Substance): string | null;
  /** Whether values in these units can be compared. */
  sameDimension(one: string, other: string): boolean;
  isUnit(unit: string): boolean;
}

/** What has to be known of a substance to go from its mass, or from its equivalents, to its amount. */
interface Substance {
  /** Grams per mole. */
  molarMass: number;
  /** Of its ion, where it is measured in equivalents. */
  charge?: number;
}

/**
 * Digits that a conversion is believed to: fewer than a double has, so that 5 × 10⁹/L is 5 × 10³/µL and not
 * 5.000000000000001; more than any analyser gives.
 */
const significantDigits = 12;

let opening: Promise<Units> | null = null;

/** The definitions of all units are megabytes large: they are loaded when the first conversion is asked for. */
export const openUnits = (): Promise<Units> => (opening ??= load());

async function load(): Promise<Units> {
  const { default: ucum } = await import('@lhncbc/ucum-lhc');
  const utils = ucum.UcumLhcUtils.getInstance();
  const units: Units = {
    convert: (value, from, to, substance) => {
      if (!isDecimal(String(value))) return null;
      if (from === to) return String(value);
      if (measureOf(from) !== measureOf(to)) return null;
      const { molarMass: molecularWeight, charge } = substance ?? {};
      const options = {
        ...(molecularWeight !== undefined && { molecularWeight }),
        ...(charge !== undefined && { charge }),
      };
      const { status, toVal } = utils.convertUnitTo(from, Number(value), to, options);
      return status === 'succeeded' && toVal !== null && Number.isFinite(toVal) ? plain(toVal) : null;
    },
    sameDimension: (one, other) => units.convert(1, one, other) !== null,
    isUnit: (unit) => utils.validateUnitString(unit).status === 'valid',
  };
  return units;
}

/**
 * UCUM sees numbers where a laboratory sees different measures: an annotation is nothing to it, although `mL/min` and
 * `mL/min/{1.73_m2}`, or `mg{FEU}/L` and `mg{DDU}/L`, are two things; the percent of a haemoglobin (NGSP) is not its
 * mmol/mol (IFCC); and osmoles count particles. What merely names the thing counted (`{beats}/min`) changes nothing.
 */
function measureOf(unit: string): string {
  const annotations = unit.replace(/^\{[^}]*\}/, '').match(/\{[^}]*\}/g) ?? [];
  const amounts = /mol[^/]*\/.*mol/.test(unit) ? ['amount of amount'] : /osm/i.test(unit) ? ['osmoles'] : [];
  return [...amounts, ...annotations.toSorted()].join(' ');
}

const isDecimal = (text: string): boolean => /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text.trim());

const plain = (value: number): string => String(Number(value.toPrecision(significantDigits)));

/**
 * Molar masses in g/mol by LOINC code, each for the code that gives the mass and the one that gives the amount: from
 * the substances' formulas with the standard atomic weights of IUPAC (2021), and the charges of their ions. Urea nitrogen counts two atoms of
 * nitrogen for each molecule; triglycerides are reckoned as triolein, as laboratories do.
 */
const molarMasses: [substance: number | Substance, ...loinc: string[]][] = [
  [180.156, '2345-7', '2339-0', '14749-6', '15074-8'],
  [113.12, '2160-0', '38483-4', '14682-9'],
  [28.014, '3094-0', '6299-2', '14937-7'],
  [60.056, '3091-6', '22664-7'],
  [386.66, '2093-3', '14647-2', '2085-9', '14646-4', '13457-7', '18262-6', '2089-1', '22748-8'],
  [885.43, '2571-8', '14927-8'],
  [{ molarMass: 40.078, charge: 2 }, '17861-6', '49765-1', '2000-8'],
  [{ molarMass: 24.305, charge: 2 }, '19123-9', '2601-3'],
  [{ molarMass: 22.99, charge: 1 }, '2951-2', '2947-0'],
  [{ molarMass: 39.098, charge: 1 }, '2823-3', '6298-4', '77142-8'],
  [{ molarMass: 35.45, charge: 1 }, '2075-0', '2069-3'],
  [{ molarMass: 61.016, charge: 1 }, '1963-8', '1959-6', '1960-4'],
  [30.974, '2777-1', '14879-1'],
  [584.67, '1975-2', '14631-6', '1968-7', '14629-0'],
  [168.11, '3084-1', '14933-6'],
  [90.08, '2524-7'],
];

const byLoinc = new Map(
  molarMasses.flatMap(([known, ...codes]) =>
    codes.map((code) => [code, typeof known === 'number' ? { molarMass: known } : known] as const),
  ),
);

/** The substance that a laboratory test measures, where its molar mass is known. */
export const substanceOf = (loinc: string): Substance | undefined => byLoinc.get(loinc);
