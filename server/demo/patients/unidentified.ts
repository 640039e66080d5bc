import { aliasOf } from '../../../shared/patients/given.ts';
import { document } from '../record.ts';
import { imaging, lab, panel } from '../results.ts';
import { minutes, type Story } from '../story.ts';
import { vitals } from '../vitals.ts';

/** Nobody knows yet who this is: charted on all the same, with all that is not known shown as not recorded. */
export const unidentified: Story = {
  key: 'unidentified',
  site: 'A',
  person: {
    // Far along the sequence of such names, so that no other arrival is given this one.
    family: aliasOf(1_500),
    given: ['Unidentified'],
    unidentified: true,
    born: { yearsAgo: 40 },
    sex: 'male',
    mrn: '44725917',
  },
  stay: {
    bed: '12',
    class: 'EMER',
    admittedHoursAgo: 2,
    reason: 'Found confused at the bus station, head injury',
    team: ['resident', 'nurse'],
  },
  chart: [
    vitals(
      [2, 18, 97, 0, '138/84', 98, 'C', 35.9],
      [1, 17, 98, 0, '134/82', 92, 'C', 36.2],
      [minutes(15), 16, 98, 0, '132/80', 88, 'A', 36.4],
    ),
    panel('Full blood count', 1.5, { Haemoglobin: 142, 'White cell count': 9.1, Platelets: 244 }),
    lab('Glucose', [1.5, 5.4]),
    imaging('CT head', 1, 'final', 'No bleeding. Swelling of the scalp on the left. No fracture.'),
    document(
      'Emergency department note',
      1.5,
      'Brought by ambulance. Confused, smells of alcohol. Graze on the left temple. No papers, no telephone. Police are asked for missing persons.',
    ),
  ],
};
