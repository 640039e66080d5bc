import { document, problem } from '../record.ts';
import { type Story } from '../story.ts';

/** Just through the door: allergies, code status and vitals are not recorded, and the chart must say so. */
export const delacroix: Story = {
  key: 'delacroix',
  site: 'B',
  person: {
    family: 'Delacroix',
    given: ['Marcel'],
    prefix: 'Mr',
    born: '1943-12-12',
    sex: 'male',
    mrn: '77107781',
    national: '9994120141',
  },
  stay: {
    bed: '3',
    admittedHoursAgo: 0.3,
    reason: 'Exacerbation of COPD',
    team: ['specialist', 'nurse-b'],
  },
  chart: [
    problem('Chronic obstructive pulmonary disease', '2004'),
    document('Referral letter', 1, 'More breathless for three days, sputum green. Smoked until last year.'),
  ],
};
