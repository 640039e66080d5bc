import { allergy, document, flag, prescribed, problem, takesAtHome } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Ninety, failing heart, clear wishes. */
export const lindqvist: Story = {
  key: 'lindqvist',
  site: 'A',
  person: {
    family: 'Lindqvist',
    given: ['Aino'],
    prefix: 'Mrs',
    born: '1936-01-17',
    sex: 'female',
    mrn: '44587702',
    national: '9994120044',
  },
  stay: {
    bed: '5',
    admittedHoursAgo: days(2) + 6,
    reason: 'Heart failure, reduced function',
    team: ['attending', 'resident', 'nurse', 'socialworker'],
  },
  chart: [
    problem('Heart failure, reduced function', '2020'),
    problem('Aortic stenosis', '2020'),
    problem('Iron deficiency anaemia', days(20)),
    problem('Pressure ulcer of the sacrum', days(2)),
    allergy('ibuprofen', 'stomach bleeding', { severity: 'severe' }, '2015'),
    takesAtHome('2020', 'bisoprolol', '1.25 mg tablet', '1.25 mg', 'oral', 'QD'),
    takesAtHome('2020', 'spironolactone', '25 mg tablet', '12.5 mg', 'oral', 'QD'),
    prescribed(days(2), ['furosemide', '10 mg per mL injection', '40 mg', 'intravenous', 'BID']),
    prescribed(days(2), ['ferrous sulfate', '200 mg tablet', '200 mg', 'oral', 'QD']),
    prescribed(days(2), ['morphine', '10 mg per 5 mL oral solution', '2.5 mg', 'oral', 'Q4H'], {
      ifNeeded: true,
    }),
    flag('code-status', 'No resuscitation', days(2)),
    flag('falls', 'Falls risk high', days(2)),
    vitals(
      [days(2) + 5, 24, 91, 2, '106/58', 96, 'A', 36.4],
      [42, 22, 93, 2, '104/58', 92, 'A', 36.4],
      [30, 20, 94, 2, '106/60', 86, 'A', 36.3],
      [20, 20, 96, 2, '108/60', 82, 'A', 36.4],
      [11, 19, 96, 2, '108/60', 80, 'A', 36.4],
      [5.6, 19, 96, 2, '106/58', 82, 'A', 36.4],
    ),
    weights([days(2) + 5, 54.8], [30, 53.6], [6, 52.9]),
    lab('NT-proBNP', [days(2) + 4, 9860]),
    panel('Full blood count', days(2) + 4, { Haemoglobin: 91, 'White cell count': 7.2, Platelets: 402 }),
    panel('Urea and electrolytes', days(2) + 4, {
      Sodium: 132,
      Potassium: 4.9,
      Urea: 14.1,
      Creatinine: 118,
      eGFR: 35,
    }),
    panel('Urea and electrolytes', 7, { Sodium: 133, Potassium: 3.6, Urea: 15.3, Creatinine: 124, eGFR: 33 }),
    imaging('Chest film', days(2) + 4, 'final', 'Fluid at both bases, heart enlarged.'),
    document(
      'Referral letter',
      days(2) + 8,
      'More breathless for a week, legs swollen. Does not wish to be resuscitated.',
    ),
  ],
};
