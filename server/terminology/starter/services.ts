import type { CatalogueItem } from '../../../shared/orders/catalogue.ts';
import type { OrderCategory } from '../../../shared/documents/orders.ts';
import { codeSystems } from './systems.ts';

type Row = [name: string, timing?: string, bodySite?: string, also?: string];

/** Imaging that has a LOINC code we are certain of; the rest is coded locally by its name. */
const imagingCodes: Record<string, string> = {
  'Chest film': '30745-4',
  'CT chest': '24627-2',
  'CT head': '24725-4',
  'Ultrasound of the abdomen': '24558-9',
};

const rows: Record<Exclude<OrderCategory, 'medication' | 'laboratory'>, Row[]> = {
  imaging: [
    ['Chest film', 'ONCE', 'chest', 'X-ray CXR radiograph'],
    ['Chest film, portable', 'ONCE', 'chest', 'X-ray CXR radiograph'],
    ['Abdominal film', 'ONCE', 'abdomen', 'X-ray AXR radiograph'],
    ['Pelvis film', 'ONCE', 'pelvis', 'X-ray radiograph'],
    ['Hip film', 'ONCE', 'hip', 'X-ray radiograph'],
    ['Wrist film', 'ONCE', 'wrist', 'X-ray radiograph'],
    ['Ankle film', 'ONCE', 'ankle', 'X-ray radiograph'],
    ['CT head', 'ONCE', 'head', 'computed tomography brain'],
    ['CT chest', 'ONCE', 'chest', 'computed tomography'],
    ['CT pulmonary angiogram', 'ONCE', 'chest', 'CTPA embolism'],
    ['CT abdomen and pelvis', 'ONCE', 'abdomen and pelvis', 'computed tomography'],
    ['CT kidneys, ureters and bladder', 'ONCE', 'kidneys', 'KUB stone'],
    ['MRI head', 'ONCE', 'head', 'magnetic resonance brain'],
    ['MRI spine', 'ONCE', 'spine', 'magnetic resonance'],
    ['Ultrasound of the abdomen', 'ONCE', 'abdomen', 'USS'],
    ['Ultrasound of the kidneys', 'ONCE', 'kidneys', 'USS renal'],
    ['Ultrasound of the leg veins', 'ONCE', 'leg', 'doppler DVT'],
    ['Ultrasound of the pleura', 'ONCE', 'chest', 'USS effusion'],
    ['Echocardiogram', 'ONCE', 'heart', 'echo TTE'],
    ['Electrocardiogram, 12 leads', 'ONCE', 'heart', 'ECG EKG'],
    ['Bladder scan', 'ONCE', 'bladder', 'residual volume'],
    ['Swallow study, video', 'ONCE', 'throat', 'videofluoroscopy'],
    ['Bone density scan', 'ONCE', 'hip and spine', 'DXA'],
    ['Upper gastrointestinal endoscopy', 'ONCE', 'stomach', 'OGD gastroscopy'],
    ['Colonoscopy', 'ONCE', 'colon'],
  ],
  nursing: [
    ['Vital signs', 'Q4H', undefined, 'observations NEWS2'],
    ['Oxygen to target saturation', 'CONT', undefined, 'O2'],
    ['Fluid balance chart', 'CONT', undefined, 'intake output'],
    ['Weigh', 'QD'],
    ['Blood glucose at the bedside', 'QID', undefined, 'capillary glucose'],
    ['Neurological observations', 'Q4H', undefined, 'GCS'],
    ['Turn and skin check', 'Q2H', undefined, 'pressure care'],
    ['Falls precautions', 'CONT'],
    ['Urinary catheter, insert', 'ONCE'],
    ['Urinary catheter, remove', 'ONCE'],
    ['Peripheral cannula, check', 'Q12H'],
    ['Wound dressing', 'QD'],
    ['Contact isolation', 'CONT', undefined, 'infection control'],
    ['Droplet isolation', 'CONT', undefined, 'infection control'],
    ['Telemetry', 'CONT', undefined, 'heart rhythm monitor'],
  ],
  diet: [
    ['Usual diet', 'CONT'],
    ['Nothing by mouth', 'CONT', undefined, 'NBM NPO fasting'],
    ['Soft diet', 'CONT'],
    ['Diabetic diet', 'CONT'],
    ['Low salt diet', 'CONT'],
    ['Renal diet', 'CONT', undefined, 'low potassium'],
    ['Fluid restriction', 'CONT'],
    ['Thickened fluids', 'CONT', undefined, 'dysphagia'],
    ['Oral nutrition supplement', 'BID'],
    ['Enteral feed by tube', 'CONT', undefined, 'nasogastric'],
  ],
  therapy: [
    ['Physiotherapy, chest', 'BID', undefined, 'airway clearance'],
    ['Physiotherapy, mobility', 'QD', undefined, 'walking rehabilitation'],
    ['Occupational therapy assessment', 'ONCE', undefined, 'OT'],
    ['Speech and language therapy, swallow', 'ONCE', undefined, 'SLT dysphagia'],
    ['Walking aid assessment', 'ONCE', undefined, 'frame stick'],
    ['Stairs assessment', 'ONCE'],
    ['Falls exercise programme', 'QD'],
  ],
  consult: [
    ['Respiratory consult', 'ONCE', undefined, 'lung chest'],
    ['Cardiology consult', 'ONCE', undefined, 'heart'],
    ['Renal consult', 'ONCE', undefined, 'nephrology kidney'],
    ['Gastroenterology consult', 'ONCE', undefined, 'bowel liver'],
    ['Neurology consult', 'ONCE', undefined, 'stroke'],
    ['Endocrinology consult', 'ONCE', undefined, 'diabetes'],
    ['Microbiology advice', 'ONCE', undefined, 'infection'],
    ['Surgical consult', 'ONCE'],
    ['Orthopaedic consult', 'ONCE', undefined, 'fracture'],
    ['Critical care outreach', 'ONCE', undefined, 'intensive care'],
    ['Palliative care consult', 'ONCE'],
    ['Geriatric consult', 'ONCE', undefined, 'older people'],
    ['Psychiatry consult', 'ONCE', undefined, 'mental health'],
    ['Dietitian', 'ONCE', undefined, 'nutrition'],
    ['Social work', 'ONCE', undefined, 'home support'],
  ],
};

const localCode = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

export const services: CatalogueItem[] = Object.entries(rows).flatMap(([category, list]) =>
  list.map(([name, timing, bodySite, also]): CatalogueItem => ({
    system: imagingCodes[name] === undefined ? codeSystems.local : codeSystems.loinc,
    code: imagingCodes[name] ?? localCode(name),
    display: name,
    category: category as OrderCategory,
    also: also === undefined ? [] : [also],
    hints: {
      ...(timing === undefined ? {} : { timings: [timing] }),
      ...(bodySite === undefined ? {} : { bodySite }),
    },
  })),
);
