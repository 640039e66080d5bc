import { allergy, document, flag, immunised, prescribed, problem, takesAtHome } from '../record.ts';
import { culture, imaging, lab, panel } from '../results.ts';
import { days, minutes, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** A chest infection on top of heart failure, at the other site; better than yesterday. */
export const walsh: Story = {
  key: 'walsh',
  site: 'B',
  person: {
    family: 'Walsh',
    given: ['Bernadette'],
    prefix: 'Mrs',
    born: '1950-10-19',
    sex: 'female',
    mrn: '77100659',
    national: '9994120125',
  },
  stay: {
    bed: '1',
    admittedHoursAgo: days(2),
    reason: 'Pleural effusion with pneumonia',
    team: ['specialist', 'nurse-b'],
  },
  chart: [
    problem('Pneumonia', days(2)),
    problem('Pleural effusion', days(2)),
    problem('Heart failure, preserved function', '2021'),
    problem('Atrial fibrillation', '2021'),
    allergy('clarithromycin', 'vomiting', { severity: 'mild' }, '2020'),
    takesAtHome('2021', 'apixaban', '5 mg tablet', '5 mg', 'oral', 'BID'),
    takesAtHome('2021', 'furosemide', '40 mg tablet', '40 mg', 'oral', 'QD'),
    prescribed(days(2), ['amoxicillin', '1 g injection', '1 g', 'intravenous', 'TID'], {
      because: 'pneumonia',
    }),
    flag('code-status', 'Full resuscitation', days(2)),
    flag('isolation', 'Contact isolation', days(1)),
    vitals(
      [days(2), 25, 91, 2, '112/62', 106, 'A', 38.3],
      [38, 22, 93, 2, '114/64', 98, 'A', 37.9],
      [26, 21, 94, 2, '118/66', 92, 'A', 37.6],
      [14, 21, 94, 1, '118/66', 88, 'A', 37.4],
      [6, 21, 95, 1, '120/68', 88, 'A', 37.3],
      [minutes(50), 20, 95, 1, '122/68', 92, 'A', 37.2],
    ),
    weights([days(2), 68], [24, 67.2]),
    lab('C-reactive protein', [days(2), 188], [22, 121]),
    panel('Full blood count', days(2), { Haemoglobin: 121, 'White cell count': 15.6, Platelets: 301 }),
    panel('Urea and electrolytes', 22, { Sodium: 138, Potassium: 3.8, Urea: 7.4, Creatinine: 82, eGFR: 63 }),
    culture('Sputum culture', days(2), 'final', 'Streptococcus pneumoniae, sensitive to amoxicillin'),
    imaging('Ultrasound of the pleura', 30, 'final', 'Right effusion, 3 cm, no septa.'),
    immunised('Influenza', days(64)),
    document('Referral letter', days(2) + 2, 'Right-sided chest pain on breathing in, fever. Please admit.'),
  ],
};
