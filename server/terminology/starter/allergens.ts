import type { CatalogueItem } from '../../../shared/orders/catalogue.ts';
import { medicines } from './medicines.ts';
import { codeSystems } from './systems.ts';

type Row = [name: string, rxcui: number, also?: string];

/**
 * Substances to which people react and that the medicine list does not hold: RxNorm ingredients, each found in a
 * published mapping.
 */
const substances: Row[] = [
  ['cefazolin', 2180],
  ['cefotetan', 2187],
  ['clindamycin', 2582],
  ['erythromycin', 4053],
  ['tetracycline', 10395],
  ['oxacillin', 7773],
  ['piperacillin', 8339],
  ['imipenem', 5690],
  ['moxifloxacin', 139462],
  ['amikacin', 641],
  ['tobramycin', 10627],
  ['sulfamethoxazole', 10180, 'sulfa'],
  ['sulfadiazine', 10171, 'sulfa'],
  ['rifampicin', 9384, 'rifampin'],
  ['voriconazole', 121243],
  ['nevirapine', 53654],
  ['pethidine', 6754, 'meperidine'],
  ['methadone', 6813],
  ['captopril', 1998],
  ['quinidine', 9068],
  ['procainamide', 8700],
  ['lamotrigine', 28439],
  ['chlorpromazine', 2403],
  ['droperidol', 3648],
  ['sumatriptan', 37418],
  ['lidocaine', 6387, 'lignocaine'],
  ['suxamethonium', 10154, 'succinylcholine'],
  ['rocuronium', 68139],
  ['povidone-iodine', 8611, 'betadine'],
  ['iodixanol', 27729, 'contrast'],
];

type Local = [name: string, also?: string];

/** Whole classes of medicines, where nobody knows any more which one it was. */
const classes: Local[] = [
  ['penicillins', 'beta-lactam'],
  ['cephalosporins', 'beta-lactam'],
  ['carbapenems', 'beta-lactam'],
  ['sulfonamide antibiotics', 'sulfa sulpha'],
  ['macrolides'],
  ['quinolones', 'fluoroquinolones'],
  ['tetracyclines'],
  ['aminoglycosides'],
  ['non-steroidal anti-inflammatory drugs', 'NSAID'],
  ['opioids', 'opiates'],
  ['statins'],
  ['ACE inhibitors', 'angiotensin'],
  ['local anaesthetics', 'anesthetics'],
  ['muscle relaxants', 'neuromuscular'],
  ['iodinated contrast', 'dye X-ray CT'],
  ['gadolinium contrast', 'dye MRI'],
  ['blood products', 'transfusion'],
  ['vaccine components'],
];

const foods: Local[] = [
  ['peanut', 'groundnut'],
  ['tree nuts', 'nut'],
  ['almond', 'nut'],
  ['cashew', 'nut'],
  ['hazelnut', 'nut'],
  ['walnut', 'nut'],
  ['pistachio', 'nut'],
  ['hen’s egg', 'eggs'],
  ['cow’s milk', 'dairy'],
  ['wheat', 'gluten'],
  ['soya', 'soy'],
  ['fish'],
  ['shellfish', 'crustaceans prawn shrimp crab lobster'],
  ['molluscs', 'mussel oyster squid'],
  ['sesame'],
  ['mustard'],
  ['celery'],
  ['lupin'],
  ['sulphites', 'sulfites'],
  ['banana'],
  ['kiwi fruit'],
  ['strawberry'],
  ['tomato'],
  ['maize', 'corn'],
  ['gelatine', 'gelatin'],
  ['alcohol', 'ethanol'],
];

const surroundings: Local[] = [
  ['latex', 'rubber gloves'],
  ['chlorhexidine', 'antiseptic'],
  ['adhesive tape', 'plaster dressing'],
  ['nickel', 'metal'],
  ['bee venom', 'sting'],
  ['wasp venom', 'sting'],
  ['house dust mite'],
  ['grass pollen', 'hay fever'],
  ['tree pollen', 'hay fever'],
  ['mould', 'mold'],
  ['cat', 'dander animal hair'],
  ['dog', 'dander animal hair'],
  ['horse', 'dander animal hair'],
  ['perfume', 'fragrance'],
];

const local = (list: Local[]): CatalogueItem[] =>
  list.map(([name, also]) => ({
    system: codeSystems.local,
    code: `allergen-${name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/-$/, '')}`,
    display: name,
    category: 'allergen',
    also: also === undefined ? [] : [also],
    hints: {},
  }));

/** A single ingredient; mixtures and fluids are nothing one is allergic to as such. */
const isIngredient = ({ system, display }: CatalogueItem): boolean =>
  system === codeSystems.rxnorm &&
  !display.includes(' with ') &&
  !/^(sodium|potassium|glucose)/.test(display);

/** What a person can be allergic to or not tolerate. */
export const allergens: CatalogueItem[] = [
  ...medicines
    .filter(isIngredient)
    .map((item): CatalogueItem => ({ ...item, category: 'allergen', hints: {} })),
  ...substances.map(([name, rxcui, also]): CatalogueItem => ({
    system: codeSystems.rxnorm,
    code: String(rxcui),
    display: name,
    category: 'allergen',
    also: also === undefined ? [] : [also],
    hints: {},
  })),
  ...local(classes),
  ...local(foods),
  ...local(surroundings),
];
