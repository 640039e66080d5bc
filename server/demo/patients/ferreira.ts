import { document, flag, noKnownAllergies, prescribed, problem, takesAtHome } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { days, minutes, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** Influenza; newly confused this morning: one 3 in an otherwise low score. */
export const ferreira: Story = {
  key: 'ferreira',
  site: 'A',
  person: {
    family: 'Ferreira',
    given: ['Luís'],
    prefix: 'Mr',
    born: '1949-04-11',
    sex: 'male',
    mrn: '44721135',
    national: '9994120060',
  },
  stay: {
    bed: '8',
    admittedHoursAgo: days(2),
    reason: 'Influenza',
    team: ['attending', 'resident', 'nurse', 'physiotherapist'],
  },
  chart: [
    problem('Influenza', days(3)),
    problem('Parkinson disease', '2018'),
    problem('Difficulty swallowing', days(2)),
    noKnownAllergies(days(2)),
    takesAtHome('2019', 'sertraline', '50 mg tablet', '50 mg', 'oral', 'QD'),
    prescribed(days(2), ['oseltamivir', '75 mg capsule', '75 mg', 'oral', 'BID'], { because: 'influenza' }),
    prescribed(days(2), ['paracetamol', '250 mg per 5 mL suspension', '1 g', 'oral', 'QID']),
    flag('code-status', 'Full resuscitation', days(2)),
    flag('isolation', 'Droplet isolation', days(2)),
    flag('falls', 'Falls risk high', days(2)),
    vitals(
      [days(2), 22, 95, 0, '132/76', 104, 'A', 38.8],
      [36, 20, 95, 0, '130/74', 96, 'A', 38.2],
      [24, 18, 96, 0, '128/72', 88, 'A', 37.8],
      [13, 18, 96, 0, '126/72', 86, 'A', 37.4],
      [6.5, 18, 95, 0, '128/74', 84, 'A', 37.2],
      [minutes(42), 18, 96, 0, '130/74', 86, 'C', 37.2],
    ),
    weights([days(2), 66.4]),
    lab('C-reactive protein', [days(2), 58], [22, 44]),
    panel('Full blood count', days(2), { Haemoglobin: 134, 'White cell count': 5.1, Platelets: 188 }),
    panel('Urea and electrolytes', 22, { Sodium: 128, Potassium: 3.9, Urea: 6.2, Creatinine: 71, eGFR: 84 }),
    imaging('Chest film', days(2), 'final', 'Clear lungs.'),
    document('Referral letter', days(2) + 4, 'Fever and cough for a day, not drinking. Wife has influenza.'),
  ],
};
