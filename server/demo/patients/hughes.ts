import { document, flag, immunised, noKnownAllergies, prescribed, problem, takesAtHome } from '../record.ts';
import { culture, lab, panel } from '../results.ts';
import { days, type Story } from '../story.ts';
import { vitals, weights } from '../vitals.ts';

/** A urinary infection with confusion that has cleared; waiting to be safe at home. */
export const hughes: Story = {
  key: 'hughes',
  site: 'A',
  person: {
    family: 'Hughes',
    given: ['Pádraig'],
    prefix: 'Mr',
    born: '1945-03-09',
    sex: 'male',
    mrn: '44601187',
    national: '9994120028',
  },
  stay: {
    bed: '1',
    admittedHoursAgo: days(4),
    reason: 'Urinary tract infection with delirium',
    team: ['attending', 'resident', 'nurse', 'socialworker', 'physiotherapist'],
  },
  chart: [
    problem('Urinary tract infection', days(4)),
    problem('Delirium', days(4), 'resolved'),
    problem('Enlarged prostate', '2017'),
    problem('Osteoarthritis of the knee', '2012'),
    noKnownAllergies(days(4)),
    takesAtHome('2017', 'tamsulosin', '400 micrograms capsule', '400 micrograms', 'oral', 'QD'),
    prescribed(days(4), ['nitrofurantoin', '100 mg modified-release capsule', '100 mg', 'oral', 'BID']),
    prescribed(days(4), ['paracetamol', '500 mg tablet', '1 g', 'oral', 'QID']),
    prescribed(days(3), ['enoxaparin', '40 mg per 0.4 mL injection', '40 mg', 'subcutaneous', 'QD']),
    flag('code-status', 'Full resuscitation', days(4)),
    flag('falls', 'Falls risk high', days(4)),
    vitals(
      [days(4) - 1, 22, 94, 0, '112/60', 104, 'C', 38.6],
      [days(3), 20, 95, 0, '118/64', 94, 'C', 38.1],
      [days(2), 18, 95, 0, '124/68', 86, 'A', 37.4],
      [34, 18, 95, 0, '126/70', 84, 'A', 37.1],
      [22, 18, 95, 0, '126/68', 82, 'A', 35.9],
      [10, 17, 95, 0, '128/70', 80, 'A', 36],
      [4, 17, 95, 0, '126/70', 80, 'A', 36],
    ),
    weights([days(4), 74.6]),
    lab('C-reactive protein', [days(4), 96], [days(2), 41], [20, 18]),
    panel('Urea and electrolytes', days(4), {
      Sodium: 131,
      Potassium: 4.1,
      Urea: 9.2,
      Creatinine: 104,
      eGFR: 60,
    }),
    panel('Urea and electrolytes', 20, { Sodium: 137, Potassium: 4.3, Urea: 6.9, Creatinine: 92, eGFR: 69 }),
    panel('Full blood count', days(4), { Haemoglobin: 128, 'White cell count': 14.2, Platelets: 264 }),
    culture('Urine culture', days(4), 'final', 'Escherichia coli, sensitive to nitrofurantoin'),
    immunised('Influenza', days(49)),
    document(
      'Emergency department note',
      days(4) + 3,
      'Found muddled by his daughter. Fever, loin not tender. Urine cloudy.',
    ),
  ],
};
