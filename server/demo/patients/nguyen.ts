import { document, flag, noKnownAllergies, prescribed, problem, takesAtHome } from '../record.ts';
import { culture, lab, panel } from '../results.ts';
import { days, minutes, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Antibiotic colitis in a side room; the last set has no temperature, and the next one is late. */
export const nguyen: Story = {
  key: 'nguyen',
  site: 'A',
  person: {
    family: 'Nguyen',
    given: ['Thi', 'Lan'],
    prefix: 'Mrs',
    born: '1955-09-27',
    sex: 'female',
    mrn: '44704473',
    national: '9994120095',
  },
  stay: {
    bed: '11',
    admittedHoursAgo: 50,
    reason: 'Clostridioides difficile infection',
    team: ['attending', 'resident', 'nurse', 'pharmacist'],
  },
  chart: [
    problem('Clostridioides difficile infection', 49),
    problem('Dehydration', 50),
    problem('Hypothyroidism', '2010'),
    noKnownAllergies(50),
    takesAtHome('2010', 'levothyroxine', '100 micrograms tablet', '100 micrograms', 'oral', 'QD'),
    prescribed(48, ['vancomycin', '125 mg capsule', '125 mg', 'oral', 'QID'], { because: 'colitis' }),
    prescribed(48, ['sodium chloride', '0.9 % infusion', '1000 mL', 'intravenous', 'Q12H']),
    flag('code-status', 'Full resuscitation', 49),
    flag('isolation', 'Contact isolation', 49),
    vitals(
      [49, 20, 96, 0, '102/58', 108, 'A', 38.3],
      [38, 18, 97, 0, '108/60', 100, 'A', 38],
      [26, 18, 97, 0, '112/62', 96, 'A', 37.8],
      [15, 17, 97, 0, '109/64', 92, 'A', 37.6],
      [6 + minutes(12), 17, 97, 0, '109/62', 92, 'A', 37.5],
      [2.5, 17, 97, 0, '110/64', 90, 'A', null],
    ),
    weights([49, 49.3]),
    culture('Clostridioides difficile toxin', 49, 'final', 'Toxin found'),
    lab('C-reactive protein', [49, 132], [20, 88]),
    panel('Full blood count', 49, { Haemoglobin: 126, 'White cell count': 19.4, Platelets: 371 }),
    panel('Urea and electrolytes', 49, { Sodium: 134, Potassium: 3.1, Urea: 11.8, Creatinine: 96, eGFR: 57 }),
    panel('Urea and electrolytes', 20, { Sodium: 137, Potassium: 3.4, Urea: 8.1, Creatinine: 74, eGFR: 77 }),
    lab('Magnesium', [20, 0.62]),
    document(
      'Referral letter',
      days(2) + 5,
      'Ten loose stools a day after a course of antibiotics for her teeth.',
    ),
  ],
};
