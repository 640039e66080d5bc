import { document, flag, noKnownAllergies, prescribed, problem, takesAtHome } from '../record.ts';
import { culture, imaging, lab, panel } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Behind a closed door until a test says otherwise; quite well. */
export const singh: Story = {
  key: 'singh',
  site: 'B',
  person: {
    family: 'Singh',
    given: ['Gurpreet'],
    prefix: 'Mr',
    born: '1958-03-30',
    sex: 'male',
    mrn: '77108120',
    national: '9994120133',
  },
  stay: {
    bed: '5',
    admittedHoursAgo: days(3),
    reason: 'Cough with weight loss, tuberculosis to be ruled out',
    team: ['specialist', 'nurse-b'],
  },
  chart: [
    problem('Type 2 diabetes', '2015'),
    noKnownAllergies(days(3)),
    takesAtHome('2015', 'sitagliptin', '100 mg tablet', '100 mg', 'oral', 'QD'),
    prescribed(days(2), ['enoxaparin', '40 mg per 0.4 mL injection', '40 mg', 'subcutaneous', 'QD']),
    flag('code-status', 'Full resuscitation', days(3)),
    flag('isolation', 'Airborne isolation', days(3)),
    vitals(
      [days(3), 18, 96, 0, '134/78', 92, 'A', 37.9],
      [days(2), 17, 96, 0, '132/78', 88, 'A', 37.6],
      [30, 16, 97, 0, '130/76', 82, 'A', 37.3],
      [18, 16, 97, 0, '130/76', 80, 'A', 37.1],
      [7, 16, 97, 0, '128/74', 78, 'A', 36.9],
    ),
    weights([days(3), 58.9]),
    lab('C-reactive protein', [days(3), 34], [24, 29]),
    lab('Glucose', [days(3), 10.8], [24, 9.2]),
    panel('Full blood count', days(3), { Haemoglobin: 118, 'White cell count': 9.4, Platelets: 456 }),
    culture('Sputum culture', days(2), 'preliminary', 'Acid-fast bacilli not seen, culture goes on'),
    imaging('CT chest', days(2), 'final', 'Nodules in the right upper lobe, one with a small cavity.'),
    document('Referral letter', days(4), 'Cough for two months, eight kilograms lost. Film enclosed.'),
  ],
};
