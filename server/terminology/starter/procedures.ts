import type { CatalogueItem } from '../../../shared/orders/catalogue.ts';
import { codeSystems } from './systems.ts';

type Row = [code: string, name: string, also?: string];

/** What was done to a person, for a history. The code systems for procedures need a licence: these are our own codes. */
const operations: Row[] = [
  ['appendicectomy', 'Appendicectomy', 'appendix removed appendectomy'],
  ['cholecystectomy', 'Cholecystectomy', 'gallbladder removed'],
  ['tonsillectomy', 'Tonsillectomy', 'tonsils removed'],
  ['caesarean-section', 'Caesarean section', 'cesarean birth'],
  ['hysterectomy', 'Hysterectomy', 'womb removed'],
  ['mastectomy', 'Mastectomy', 'breast removed'],
  ['hip-replacement', 'Hip replacement', 'arthroplasty'],
  ['knee-replacement', 'Knee replacement', 'arthroplasty'],
  ['hip-fracture-repair', 'Hip fracture repair', 'nail screw hemiarthroplasty'],
  ['spinal-fusion', 'Spinal fusion', 'back'],
  ['coronary-bypass', 'Coronary artery bypass', 'CABG heart'],
  ['coronary-stent', 'Coronary stent', 'PCI angioplasty'],
  ['valve-replacement', 'Heart valve replacement'],
  ['pacemaker-insertion', 'Pacemaker insertion'],
  ['defibrillator-insertion', 'Defibrillator insertion', 'ICD'],
  ['colectomy', 'Colectomy', 'bowel resection colon'],
  ['colostomy', 'Colostomy', 'stoma'],
  ['hernia-repair', 'Hernia repair', 'inguinal'],
  ['splenectomy', 'Splenectomy', 'spleen removed'],
  ['thyroidectomy', 'Thyroidectomy', 'thyroid removed'],
  ['nephrectomy', 'Nephrectomy', 'kidney removed'],
  ['kidney-transplant', 'Kidney transplant', 'renal'],
  ['prostatectomy', 'Prostatectomy', 'prostate removed'],
  ['turp', 'Resection of the prostate, transurethral', 'TURP'],
  ['cataract-surgery', 'Cataract surgery', 'eye lens'],
  ['amputation', 'Amputation', 'leg toe'],
  ['colonoscopy', 'Colonoscopy'],
  ['gastroscopy', 'Gastroscopy', 'endoscopy OGD EGD'],
  ['bronchoscopy', 'Bronchoscopy'],
  ['lumbar-puncture', 'Lumbar puncture', 'spinal tap'],
  ['pleural-drain', 'Pleural drain', 'chest tube'],
  ['central-line', 'Central venous catheter', 'CVC line'],
  ['urinary-catheter', 'Urinary catheter', 'Foley'],
];

export const procedures: CatalogueItem[] = operations.map(([code, name, also]) => ({
  system: codeSystems.local,
  code,
  display: name,
  category: 'procedure',
  also: also === undefined ? [] : [also],
  hints: {},
}));
