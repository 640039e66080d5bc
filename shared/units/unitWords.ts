/** How a site writes a millionth of a gram; the Greek letter is misread as "m" and is never written. */
export type MicrogramStyle = 'micrograms' | 'mcg';

export interface UnitStyle {
  micrograms?: MicrogramStyle;
}

/** Units as they come in (UCUM, abbreviations, habit) to how they are written. */
const words = new Map(
  Object.entries({
    u: 'units',
    unit: 'units',
    units: 'units',
    iu: 'units',
    '[iu]': 'units',
    cc: 'mL',
    ml: 'mL',
    l: 'L',
    dl: 'dL',
    mm: 'mm',
    'mm[hg]': 'mmHg',
    mmhg: 'mmHg',
    cel: '°C',
    degc: '°C',
    '°c': '°C',
    '[degf]': '°F',
    ug: 'micrograms',
    mcg: 'micrograms',
    microgram: 'micrograms',
    micrograms: 'micrograms',
    ng: 'nanograms',
    gm: 'g',
    gram: 'g',
    grams: 'g',
    hr: 'h',
    d: 'day',
    wk: 'week',
    mo: 'month',
    a: 'year',
    tab: 'tablet',
    tabs: 'tablet',
    tbl: 'tablet',
    tablets: 'tablet',
    cap: 'capsule',
    caps: 'capsule',
    capsules: 'capsule',
    puffs: 'puff',
    drops: 'drop',
    1: '',
  }),
);

/** Written with a capital or small letter, these mean different things and are never folded. */
const exact = new Map(
  Object.entries({
    '10*9/L': '×10⁹/L',
    '10*12/L': '×10¹²/L',
    '10*3/uL': '×10³/microlitre',
    '10*6/uL': '×10⁶/microlitre',
    umol: 'micromol',
    uL: 'microlitre',
    'mL/min/{1.73_m2}': 'mL/min/1.73 m²',
  }),
);

/** Units that are counted, and what one of them is called. */
const singular = new Map(
  Object.entries({
    units: 'unit',
    micrograms: 'microgram',
    nanograms: 'nanogram',
  }),
);

/** Units that are named in the plural when there is more than one, or a part of one. */
const plural = new Map(
  Object.entries({
    tablet: 'tablets',
    capsule: 'capsules',
    puff: 'puffs',
    drop: 'drops',
    dose: 'doses',
    spray: 'sprays',
    patch: 'patches',
    sachet: 'sachets',
    suppository: 'suppositories',
    nebule: 'nebules',
    day: 'days',
    week: 'weeks',
    month: 'months',
    year: 'years',
    bag: 'bags',
  }),
);

function wordOf(part: string, style: UnitStyle): string {
  const written = part.replace(/[\u00B5\u03BC]/g, 'u');
  const found = exact.get(written) ?? words.get(written.toLowerCase()) ?? withoutAnnotation(written);
  return found === 'micrograms' && style.micrograms === 'mcg' ? 'mcg' : found;
}

/** UCUM annotations say what is counted: `{breaths}/min` is `/min`. */
const withoutAnnotation = (unit: string): string => unit.replace(/\{[^}]*\}/g, '');

/** A unit in words. `one` when the number before it is exactly 1. */
export function unitWord(unit: string, options: UnitStyle & { one?: boolean } = {}): string {
  const whole = unit.trim().replace(/[\u00B5\u03BC]/g, 'u');
  const known = exact.get(whole);
  if (known !== undefined) return known;
  const [first = '', ...rest] = withoutAnnotation(whole).split('/');
  const head = first === '' ? '' : wordOf(first, options);
  const counted =
    options.one === true ? (singular.get(head) ?? head) : rest.length > 0 ? head : (plural.get(head) ?? head);
  return [counted, ...rest.map((part) => denominator(part, options))].join('/');
}

function denominator(part: string, style: UnitStyle): string {
  const word = wordOf(part, style);
  return singular.get(word) ?? word;
}
