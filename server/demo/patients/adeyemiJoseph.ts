import { allergy, document, flag, immunised, prescribed, problem, takesAtHome } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** After a heart attack, getting well; his family name is nearly that of the next bed. He is the demo's `patient`. */
export const adeyemiJoseph: Story = {
  key: 'adeyemi-joseph',
  site: 'A',
  person: {
    family: 'Adeyemi',
    given: ['Joseph'],
    prefix: 'Mr',
    born: '1954-06-30',
    sex: 'male',
    mrn: '44708851',
    national: '9994120117',
  },
  stay: {
    bed: '4',
    admittedHoursAgo: 62,
    reason: 'Heart attack without ST elevation',
    team: ['attending', 'resident', 'nurse', 'pharmacist'],
  },
  chart: [
    problem('Heart attack without ST elevation', 64),
    problem('High blood pressure', '2011'),
    problem('Type 2 diabetes', '2016'),
    allergy('penicillin', 'rash', { severity: 'moderate' }, '1988'),
    takesAtHome('2016', 'metformin', '500 mg tablet', '500 mg', 'oral', 'BID'),
    takesAtHome('2011', 'amlodipine', '5 mg tablet', '5 mg', 'oral', 'QD'),
    prescribed(63, ['aspirin', '75 mg tablet', '75 mg', 'oral', 'QD'], { because: 'heart attack' }),
    prescribed(63, ['ticagrelor', '90 mg tablet', '90 mg', 'oral', 'BID'], { because: 'heart attack' }),
    prescribed(60, ['atorvastatin', '80 mg tablet', '80 mg', 'oral', 'BED']),
    prescribed(60, ['bisoprolol', '1.25 mg tablet', '1.25 mg', 'oral', 'QD']),
    prescribed(60, ['glyceryl trinitrate', '400 micrograms spray', '400 micrograms', 'sublingual', 'STAT'], {
      ifNeeded: true,
    }),
    flag('code-status', 'Full resuscitation', 61),
    vitals(
      [60, 18, 97, 0, '148/84', 92, 'A', 36.8],
      [48, 16, 97, 0, '136/78', 84, 'A', 36.7],
      [36, 16, 97, 0, '132/76', 78, 'A', 36.6],
      [24, 16, 96, 0, '128/74', 72, 'A', 36.6],
      [14, 15, 96, 0, '124/72', 66, 'A', 36.5],
      [8, 15, 95, 0, '122/72', 64, 'A', 36.5],
      [2, 15, 95, 0, '120/70', 62, 'A', 36.6],
    ),
    weights([60, 88.2]),
    lab('Troponin I, high sensitivity', [63, 412], [60, 1260], [36, 640]),
    panel('Urea and electrolytes', 62, { Sodium: 139, Potassium: 4.4, Urea: 6.1, Creatinine: 88, eGFR: 79 }),
    panel('Urea and electrolytes', 14, { Sodium: 138, Potassium: 4.2, Urea: 5.8, Creatinine: 84, eGFR: 83 }),
    panel('Full blood count', 62, { Haemoglobin: 141, 'White cell count': 9.8, Platelets: 231 }),
    lab('Glucose', [62, 11.4], [14, 8.1]),
    imaging('Electrocardiogram, 12 leads', 63, 'final', 'Sinus rhythm, ST depression in V4 to V6.'),
    imaging('Echocardiogram', 30, 'final', 'Mildly reduced function, inferior wall moves less.'),
    immunised('Influenza', days(43)),
    document(
      'Referral letter',
      days(30),
      'Chest tightness on stairs for a month. Please see in the cardiology clinic.',
    ),
  ],
};
