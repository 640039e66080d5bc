import { document, flag, noKnownAllergies, problem, takesAtHome } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { minutes, type Story } from '../story.ts';
import { vitals } from '../vitals.ts';

/** On the ward's list, still without a bed. */
export const brandt: Story = {
  key: 'brandt',
  site: 'A',
  person: {
    family: 'Brandt',
    given: ['Ilse'],
    prefix: 'Mrs',
    born: '1949-11-05',
    sex: 'female',
    mrn: '44723318',
    national: '9994120109',
  },
  stay: {
    bed: null,
    admittedHoursAgo: minutes(38),
    reason: 'Transient ischaemic attack',
    team: ['attending', 'resident'],
  },
  chart: [
    problem('Transient ischaemic attack', 3),
    problem('High blood pressure', '2008'),
    noKnownAllergies(minutes(30)),
    takesAtHome('2008', 'amlodipine', '10 mg tablet', '10 mg', 'oral', 'QD'),
    flag('code-status', 'Full resuscitation', minutes(30)),
    vitals([2.2, 16, 97, 0, '176/92', 84, 'A', 36.7], [minutes(35), 15, 97, 0, '164/88', 78, 'A', 36.6]),
    panel('Full blood count', 2, { Haemoglobin: 133, 'White cell count': 7.7, Platelets: 255 }),
    lab('Glucose', [2, 6.1]),
    imaging('CT head', 1.5, 'preliminary', 'No bleeding.'),
    document(
      'Emergency department note',
      1.2,
      'Speech slurred for twenty minutes, now well. To 7 West when a bed is free.',
    ),
  ],
};
