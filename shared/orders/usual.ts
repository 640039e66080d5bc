/** Routes as they are written out; abbreviations of routes are misread. */
export const usualRoutes = [
  'oral',
  'intravenous',
  'subcutaneous',
  'intramuscular',
  'inhaled',
  'nebulised',
  'sublingual',
  'rectal',
  'topical',
  'transdermal',
  'nasal',
  'into the eye',
  'by feeding tube',
] as const;

/** What a dose is counted in. */
export const usualUnits = [
  'mg',
  'g',
  'micrograms',
  'mL',
  'units',
  'tablet',
  'capsule',
  'puff',
  'drop',
  'mmol',
  'L/min',
] as const;
