import { encounterIdOf } from '../story.ts';
import type { EncounterDrafts } from './shape.ts';
import { around, bullets, numbered, paragraphs, problemCode, service } from './write.ts';

/** Bernadette Walsh, at the other site: the effusion that needs a needle. */
export function walsh(now: Date): EncounterDrafts {
  const { due } = around(now);
  return {
    encounterId: encounterIdOf('walsh'),
    notes: [
      {
        kind: 'progress',
        authorUsername: 'specialist',
        sections: [
          { title: 'Subjective', lines: paragraphs('Less pain on breathing in, slept four hours.') },
          {
            title: 'Examination and results',
            lines: paragraphs('Dull at the right base. CRP 121 mg/L, was 188.'),
          },
          { title: 'Assessment', lines: numbered('Pneumonia, turning.', 'Effusion of 3 cm beside it.') },
          { title: 'Plan', lines: bullets('Needle to the effusion once apixaban has been held for a day.') },
        ],
      },
    ],
    orders: [
      {
        ...service('imaging', 'Ultrasound of the pleura', { timing: 'ONCE', bodySite: 'right chest' }),
        byUsername: 'specialist',
      },
      { ...service('nursing', 'Weigh', { timing: 'QD' }), byUsername: 'nurse-b' },
    ],
    problems: [
      {
        title: 'Pneumonia with effusion',
        code: problemCode('Pleural effusion'),
        status: 'active',
        goals: [{ description: 'Off oxygen', due: due(2), status: 'in-progress' }],
        interventions: [
          {
            description: 'Sit out for meals',
            discipline: 'nurse',
            frequency: '3 times daily',
            status: 'in-progress',
          },
        ],
        byUsername: 'nurse-b',
      },
    ],
  };
}
