import { allergy, document, flag, immunised, prescribed, problem, takesAtHome } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** A clot in the lung, turning the corner; treatment limits agreed. */
export const kowalczyk: Story = {
  key: 'kowalczyk',
  site: 'A',
  person: {
    family: 'Kowalczyk',
    given: ['Bronisława'],
    prefix: 'Mrs',
    born: '1942-07-02',
    sex: 'female',
    mrn: '44635528',
    national: '9994120079',
  },
  stay: {
    bed: '10',
    admittedHoursAgo: days(3),
    reason: 'Pulmonary embolism',
    team: ['attending', 'resident', 'nurse', 'pharmacist', 'physiotherapist'],
  },
  chart: [
    problem('Pulmonary embolism', days(3)),
    problem('Asthma, mild', '1990'),
    problem('Osteoporosis', '2014'),
    allergy('aspirin', 'wheezing', { severity: 'severe', criticality: 'high' }, '1991'),
    takesAtHome('2014', 'alendronic acid', '70 mg tablet', '70 mg', 'oral', 'WK'),
    takesAtHome('1995', 'salbutamol', '100 micrograms inhaler', '200 micrograms', 'inhaled', 'QID'),
    prescribed(days(3), ['apixaban', '5 mg tablet', '10 mg', 'oral', 'BID'], {
      because: 'pulmonary embolism',
    }),
    prescribed(days(3), ['paracetamol', '500 mg tablet', '1 g', 'oral', 'QID']),
    flag('code-status', 'Treatment limits: ward care, no intensive care', days(2)),
    vitals(
      [days(3), 26, 90, 4, '108/62', 116, 'A', 37.4],
      [46, 22, 93, 2, '112/64', 104, 'A', 37.2],
      [33, 20, 95, 2, '116/66', 94, 'A', 36.9],
      [21, 19, 95, 2, '118/68', 92, 'A', 36.8],
      [10, 18, 95, 1, '122/70', 92, 'A', 36.7],
      [3.2, 18, 95, 0, '124/70', 92, 'A', 36.7],
    ),
    weights([days(3), 61.2]),
    lab('D-dimer', [days(3), 4820]),
    lab('Troponin I, high sensitivity', [days(3), 64], [days(2), 31]),
    panel('Full blood count', 20, { Haemoglobin: 119, 'White cell count': 8.4, Platelets: 246 }),
    panel('Urea and electrolytes', 20, { Sodium: 139, Potassium: 4.1, Urea: 6.4, Creatinine: 68, eGFR: 74 }),
    imaging('CT pulmonary angiogram', days(3) - 1, 'final', 'Clots in the arteries of the right lower lobe.'),
    immunised('Influenza', days(52)),
    document(
      'Emergency department note',
      days(3) + 1,
      'Sudden breathlessness after a long drive. Calf not swollen.',
    ),
  ],
};
