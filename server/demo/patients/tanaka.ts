import { document, flag, immunised, noKnownAllergies, prescribed, problem, takesAtHome } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { days, minutes, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Kidneys that stopped after a stomach bug and a tablet that should have been held; potassium at 6.3, vitals overdue. */
export const tanaka: Story = {
  key: 'tanaka',
  site: 'A',
  person: {
    family: 'Tanaka',
    given: ['Hiroshi'],
    prefix: 'Mr',
    born: '1960-08-21',
    sex: 'male',
    mrn: '44714410',
    national: '9994120052',
  },
  stay: {
    bed: '6',
    admittedHoursAgo: 19,
    reason: 'Acute kidney injury with hyperkalaemia',
    team: ['attending', 'resident', 'nurse', 'pharmacist'],
  },
  chart: [
    problem('Acute kidney injury', 20),
    problem('Hyperkalaemia', 20),
    problem('Dehydration', 20),
    problem('High blood pressure', '2013'),
    problem('Gout', '2020'),
    noKnownAllergies(19),
    takesAtHome('2013', 'ramipril', '5 mg capsule', '5 mg', 'oral', 'QD'),
    takesAtHome('2020', 'allopurinol', '100 mg tablet', '100 mg', 'oral', 'QD'),
    takesAtHome('2021', 'naproxen', '500 mg tablet', '500 mg', 'oral', 'BID'),
    prescribed(18, ['sodium chloride', '0.9 % infusion', '1000 mL', 'intravenous', 'Q8H']),
    prescribed(18, ['ramipril', '5 mg capsule', '5 mg', 'oral', 'QD'], {
      status: 'on-hold',
      because: 'acute kidney injury',
    }),
    flag('code-status', 'Full resuscitation', 18),
    vitals(
      [19, 20, 96, 0, '104/60', 98, 'A', 36.9],
      [15, 19, 96, 0, '108/62', 94, 'A', 36.8],
      [11, 18, 96, 0, '112/64', 90, 'A', 36.8],
      [7, 20, 95, 0, '106/62', 94, 'A', 36.8],
      [minutes(84), 22, 95, 0, '102/58', 96, 'A', 36.6],
    ),
    weights([19, 71]),
    lab('Potassium', [18.6, 5.9], [12, 5.7], [minutes(70), 6.3]),
    panel('Urea and electrolytes', 18.5, { Sodium: 133, Urea: 28.4, Creatinine: 312, eGFR: 18 }),
    panel('Urea and electrolytes', minutes(68), { Sodium: 134, Urea: 30.2, Creatinine: 341, eGFR: 16 }),
    panel('Full blood count', 18.5, { Haemoglobin: 151, 'White cell count': 11.8, Platelets: 288 }),
    lab('Lactate', [18.5, 2.1], [minutes(70), 1.8]),
    imaging(
      'Electrocardiogram, 12 leads',
      minutes(55),
      'preliminary',
      'Tall T waves in V2 to V4, sinus rhythm.',
    ),
    imaging('Ultrasound of the kidneys', 14, 'final', 'Kidneys of normal size, nothing in the way.'),
    immunised('Influenza', days(61)),
    document(
      'Emergency department note',
      19.5,
      'Four days of vomiting and loose stools. Went on taking ramipril and naproxen.',
    ),
  ],
};
