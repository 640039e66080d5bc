import { encounterIdOf } from '../story.ts';
import type { EncounterDrafts } from './shape.ts';
import { around, bullets, checks, medicine, numbered, paragraphs, problemCode, service } from './write.ts';

/** Hiroshi Tanaka: a potassium that cannot wait. */
function tanaka(now: Date): EncounterDrafts {
  const { due } = around(now);
  return {
    encounterId: encounterIdOf('tanaka'),
    notes: [
      {
        kind: 'progress',
        authorUsername: 'resident',
        sections: [
          {
            title: 'Subjective',
            lines: paragraphs('Weak legs, no chest pain. Has passed little urine overnight.'),
          },
          {
            title: 'Examination and results',
            lines: paragraphs(
              'Potassium 6.3 mmol/L, was 5.7. Creatinine 341 micromol/L. Tall T waves in V2 to V4.',
            ),
          },
          {
            title: 'Assessment',
            lines: numbered(
              'Acute kidney injury after volume loss, ramipril and naproxen.',
              'Hyperkalaemia with ECG changes.',
            ),
          },
          {
            title: 'Plan',
            lines: checks(
              ['Stop naproxen, hold ramipril', true],
              ['Insulin with glucose', false],
              ['Repeat potassium after two hours', false],
              ['Renal team told', false],
            ),
          },
        ],
      },
    ],
    orders: [
      {
        ...medicine('glucose', '50 % infusion', ['50', 'mL'], 'intravenous', 'STAT'),
        indication: 'hyperkalaemia, with insulin',
        priority: 'stat',
        byUsername: 'resident',
      },
      {
        ...service('laboratory', 'Potassium', { timing: 'Q2H' }),
        priority: 'stat',
        byUsername: 'resident',
      },
      { ...service('nursing', 'Telemetry', { timing: 'CONT' }), priority: 'stat', byUsername: 'nurse' },
      {
        ...service('consult', 'Renal consult', {
          timing: 'ONCE',
          reason: 'potassium 6.3 mmol/L, creatinine rising',
        }),
        priority: 'urgent',
        byUsername: 'resident',
      },
    ],
    problems: [
      {
        title: 'Kidney function and potassium',
        code: problemCode('Acute kidney injury'),
        status: 'active',
        goals: [
          {
            description: 'Potassium below 5.5 mmol/L',
            target: 'below 5.5 mmol/L',
            due: due(0),
            status: 'not-met',
          },
          {
            description: 'Urine at least 0.5 mL per kg per hour',
            target: '35 mL per hour',
            due: due(1),
            status: 'not-met',
          },
        ],
        interventions: [
          {
            description: 'Hourly urine, fluid chart',
            discipline: 'nurse',
            frequency: 'every hour',
            status: 'in-progress',
          },
          {
            description: 'Review of all medicines for the kidneys',
            discipline: 'pharmacist',
            frequency: 'daily',
            status: 'planned',
          },
        ],
        byUsername: 'nurse',
      },
    ],
  };
}

/** Emmanuelle Okonkwo: the redness has crossed the line. */
function okonkwo(now: Date): EncounterDrafts {
  const { due } = around(now);
  return {
    encounterId: encounterIdOf('okonkwo'),
    notes: [
      {
        kind: 'progress',
        authorUsername: 'resident',
        sections: [
          {
            title: 'Subjective',
            lines: paragraphs('More pain in the left leg, shivered once in the night.'),
          },
          {
            title: 'Examination and results',
            lines: paragraphs(
              'Redness 4 cm beyond the marked edge. CRP 118 mg/L, was 64. Glucose 17.1 mmol/L.',
            ),
          },
          {
            title: 'Assessment',
            lines: numbered('Cellulitis that spreads on doxycycline.', 'Glucose out of range.'),
          },
          {
            title: 'Plan',
            lines: bullets('Change to an intravenous antibiotic; rash with penicillin in 1979.'),
          },
        ],
      },
    ],
    orders: [
      {
        ...medicine('vancomycin', '500 mg injection', ['1000', 'mg'], 'intravenous', 'Q12H'),
        indication: 'cellulitis, penicillin rash',
        byUsername: 'pharmacist',
      },
      { ...service('nursing', 'Blood glucose at the bedside', { timing: 'QID' }), byUsername: 'nurse' },
    ],
    problems: [
      {
        title: 'Infected left leg',
        code: problemCode('Cellulitis of the left leg'),
        status: 'active',
        goals: [{ description: 'Redness inside the marked edge', due: due(2), status: 'not-met' }],
        interventions: [
          {
            description: 'Leg raised, edge marked and measured',
            discipline: 'nurse',
            frequency: 'every 8 hours',
            status: 'in-progress',
          },
        ],
        byUsername: 'nurse',
      },
    ],
  };
}

/** Pádraig Hughes: nearly home. */
function hughes(now: Date): EncounterDrafts {
  const { due } = around(now);
  return {
    encounterId: encounterIdOf('hughes'),
    notes: [
      {
        kind: 'social-work',
        authorUsername: 'socialworker',
        sections: [
          {
            title: 'Home and support',
            lines: paragraphs('Lives alone on a first floor. Daughter comes on weekends.'),
          },
          { title: 'Needs', lines: bullets('Help with washing in the morning.', 'Meals for two weeks.') },
          { title: 'Plan', lines: checks(['Home care asked for', true], ['Key safe fitted', false]) },
        ],
      },
    ],
    orders: [],
    problems: [
      {
        title: 'Going home safely',
        status: 'active',
        goals: [
          { description: 'Climbs one flight of stairs with a stick', due: due(1), status: 'in-progress' },
        ],
        interventions: [
          {
            description: 'Stairs practice',
            discipline: 'physiotherapist',
            frequency: 'daily',
            status: 'in-progress',
          },
          { description: 'Home care arranged', discipline: 'socialworker', status: 'in-progress' },
        ],
        byUsername: 'socialworker',
      },
      {
        title: 'Confusion',
        code: problemCode('Delirium'),
        status: 'resolved',
        goals: [{ description: 'Knows where he is and why', status: 'met' }],
        interventions: [
          {
            description: 'Glasses and hearing aids on, clock in view',
            discipline: 'nurse',
            frequency: 'each round',
            status: 'done',
          },
        ],
        byUsername: 'nurse',
      },
    ],
  };
}

/** Luís Ferreira: confused since this morning. */
function ferreira(now: Date): EncounterDrafts {
  const { time, due } = around(now);
  return {
    encounterId: encounterIdOf('ferreira'),
    notes: [
      {
        kind: 'nursing',
        authorUsername: 'nurse',
        sections: [
          {
            title: 'Observations',
            lines: paragraphs(`Newly confused at ${time(-0.7)}: asked for his late brother.`),
          },
          { title: 'Care given', lines: bullets('Doctor called.', 'Wife rung, will sit with him.') },
          { title: 'Concerns and handover', lines: paragraphs('Sodium was 128 mmol/L yesterday.') },
        ],
      },
    ],
    orders: [
      { ...service('laboratory', 'Sodium', { timing: 'ONCE' }), priority: 'urgent', byUsername: 'nurse' },
      {
        ...service('therapy', 'Speech and language therapy, swallow', { timing: 'ONCE' }),
        byUsername: 'physiotherapist',
      },
    ],
    problems: [
      {
        title: 'New confusion',
        code: problemCode('Delirium'),
        status: 'active',
        goals: [{ description: 'Oriented to place and day', due: due(2), status: 'not-met' }],
        interventions: [
          {
            description: 'Same nurse, light by day, dark by night',
            discipline: 'nurse',
            frequency: 'each shift',
            status: 'in-progress',
          },
        ],
        byUsername: 'nurse',
      },
    ],
  };
}

export const others = (now: Date): EncounterDrafts[] =>
  [tanaka, okonkwo, hughes, ferreira].map((draft) => draft(now));
