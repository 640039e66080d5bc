import { allergy, document, flag, immunised, prescribed, problem, takesAtHome } from '../record.ts';
import { culture, imaging, lab, panel } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Cellulitis that spreads over the marked line; the score creeps up. */
export const okonkwo: Story = {
  key: 'okonkwo',
  site: 'A',
  person: {
    family: 'Okonkwo',
    given: ['Emmanuelle'],
    prefix: 'Ms',
    born: '1952-05-03',
    sex: 'female',
    mrn: '44693320',
    national: '9994120036',
  },
  stay: {
    bed: '2',
    admittedHoursAgo: 27,
    reason: 'Cellulitis of the left leg',
    team: ['attending', 'resident', 'nurse', 'pharmacist'],
  },
  chart: [
    problem('Cellulitis of the left leg', 30),
    problem('Type 2 diabetes with kidney disease', '2009'),
    problem('Chronic kidney disease stage 3a', '2018'),
    problem('High blood pressure', '2006'),
    allergy('penicillin', 'rash', { severity: 'moderate' }, '1979'),
    allergy('adhesive plaster', 'blisters', { severity: 'mild' }, '2014'),
    takesAtHome('2009', 'metformin', '500 mg tablet', '1000 mg', 'oral', 'BID'),
    takesAtHome('2018', 'losartan', '50 mg tablet', '50 mg', 'oral', 'QD'),
    prescribed(26, ['doxycycline', '100 mg capsule', '100 mg', 'oral', 'BID'], { because: 'cellulitis' }),
    prescribed(26, ['insulin aspart', '100 units per mL pen', '6 units', 'subcutaneous', 'TID']),
    flag('code-status', 'Full resuscitation', 26),
    vitals(
      [26, 18, 96, 0, '128/70', 88, 'A', 37.9],
      [20, 18, 95, 0, '124/70', 92, 'A', 38],
      [14, 19, 95, 0, '118/66', 94, 'A', 38.1],
      [8.5, 20, 95, 0, '112/62', 98, 'A', 38.4],
      [3, 20, 95, 0, '108/60', 104, 'A', 38.6],
    ),
    weights([26, 93.1]),
    lab('C-reactive protein', [28, 64], [5, 118]),
    panel('Full blood count', 28, {
      Haemoglobin: 118,
      'White cell count': 13.1,
      Neutrophils: 10.8,
      Platelets: 341,
    }),
    panel('Urea and electrolytes', 28, { Sodium: 137, Potassium: 4.7, Urea: 8.8, Creatinine: 112, eGFR: 46 }),
    lab('Glucose', [28, 14.2], [20, 12.6], [8.5, 15.8], [2.5, 17.1]),
    lab('Lactate', [28, 1.1], [2.5, 1.9]),
    culture('Wound culture', 26, 'preliminary', 'Staphylococcus aureus, sensitivities to follow'),
    imaging('Ultrasound of the leg veins', 22, 'final', 'No clot in the left leg.'),
    immunised('Influenza', days(55)),
    immunised('Zoster, recombinant', days(1370)),
    document(
      'Emergency department note',
      28.5,
      'Hot, red lower left leg for two days. Edge marked in pen. Walks with pain.',
    ),
  ],
};
