import { allergy, document, flag, immunised, prescribed, problem, takesAtHome } from '../record.ts';
import { lab } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Fifteen, so too young for NEWS2: the board must not show a score. */
export const halloran: Story = {
  key: 'halloran',
  site: 'B',
  person: {
    family: 'Halloran',
    given: ['Niamh'],
    preferred: 'Nia',
    born: { yearsAgo: 15 },
    sex: 'female',
    mrn: '77109934',
    national: '9994120168',
  },
  stay: {
    bed: '6',
    admittedHoursAgo: 15,
    reason: 'Asthma attack',
    team: ['specialist', 'nurse-b'],
  },
  chart: [
    problem('Asthma attack', 16),
    allergy('peanut', 'swelling of the face', { severity: 'severe', criticality: 'high' }, '2016'),
    takesAtHome('2019', 'budesonide', '200 micrograms inhaler', '200 micrograms', 'inhaled', 'BID'),
    prescribed(15, ['salbutamol', '2.5 mg per 2.5 mL nebuliser solution', '5 mg', 'nebulised', 'Q4H']),
    prescribed(15, ['prednisolone', '5 mg tablet', '40 mg', 'oral', 'QD'], { because: 'asthma attack' }),
    flag('code-status', 'Full resuscitation', 15),
    vitals(
      [15, 30, 91, 6, '118/70', 132, 'A', 37.2],
      [10, 26, 94, 4, '116/68', 118, 'A', 37],
      [5, 22, 96, 2, '114/66', 104, 'A', 36.9],
      [1.5, 20, 97, 0, '112/64', 96, 'A', 36.8],
    ),
    weights([15, 52.4]),
    lab('Potassium', [14, 3.4]),
    immunised('Influenza', days(46)),
    document('Referral letter', 16, 'Wheeze since last night, ten puffs without relief.'),
  ],
};
