import { encounterIdOf } from '../story.ts';
import type { EncounterDrafts } from './shape.ts';
import { around, bullets, dailyAt, medicine, numbered, paragraphs, problemCode, service } from './write.ts';

/** Josephine Adeyemi-Clarke: the round that five people are writing at once. */
export function bedThree(now: Date): EncounterDrafts {
  const { time, date, due } = around(now);
  return {
    encounterId: encounterIdOf('adeyemi-clarke'),
    notes: [
      {
        kind: 'multidisciplinary',
        authorUsername: 'resident',
        sections: [
          {
            title: 'Overnight events',
            lines: paragraphs(
              `Two desaturations to 88 % on 2 L/min, at ${time(-1.5)} and ${time(-0.9)}. Both settled with ` +
                'repositioning and 4 L/min by nasal cannula. No chest pain. Urine 180 mL since midnight.',
            ),
          },
          {
            title: 'Examination and results',
            lines: paragraphs(
              'Alert, full sentences with effort. Coarse crackles at the right base to mid zone. Jugular pressure ' +
                'raised, ankle oedema to mid shin.',
              'CRP 212 mg/L, was 148. INR 2.6, was 2.2. Potassium 5.2 mmol/L. Lactate 2.4 mmol/L.',
            ),
          },
          {
            title: 'Assessment',
            lines: numbered(
              'Community-acquired pneumonia, right lower lobe, CURB-65 score 2. Oxygen need rising at 36 h on ' +
                'ceftriaxone. Adding atypical cover and repeating the film.',
              'Fluid overload on chronic kidney disease 3b, eGFR 38. Net positive 1.4 L since admission.',
              'Atrial fibrillation, rate 96, on warfarin.',
            ),
          },
          {
            title: 'Plan',
            lines: bullets(
              'Target SpO₂ 92 to 96 %. Call outreach if above 6 L/min.',
              `Arterial gas now, lactate again at ${time(1.3)}.`,
              'Furosemide once, dose in the basket. Weigh at 06:00.',
              'Sit out for breakfast with frame and one assistant, stop if SpO₂ below 90 %.',
            ),
          },
        ],
      },
      {
        kind: 'nursing',
        authorUsername: 'nurse',
        sections: [
          {
            title: 'Observations',
            lines: paragraphs(
              'On 4 L/min since the second desaturation, hourly observations, weight up 1.2 kg in a day.',
            ),
          },
          {
            title: 'Care given',
            lines: bullets(
              'Sat upright, repositioned every two hours.',
              'Bed low, bell in reach, non-slip socks on.',
            ),
          },
          {
            title: 'Concerns and handover',
            lines: paragraphs('Worried about her breathing. Daughter telephoned, will come in the morning.'),
          },
        ],
      },
    ],
    orders: [
      {
        ...medicine('furosemide', '10 mg per mL injection', ['40', 'mg'], 'intravenous', 'STAT'),
        indication: 'fluid overload',
        priority: 'urgent',
        byUsername: 'resident',
      },
      {
        ...medicine('clarithromycin', '500 mg tablet', ['500', 'mg'], 'oral', 'BID', {
          duration: { value: '5', unit: 'd' },
        }),
        indication: 'atypical cover',
        byUsername: 'resident',
      },
      {
        ...medicine('warfarin', '1 mg tablet', ['3', 'mg'], 'oral', dailyAt('18:00')),
        indication: 'atrial fibrillation, home dose',
        byUsername: 'pharmacist',
      },
      {
        ...medicine('salbutamol', '2.5 mg per 2.5 mL nebuliser solution', ['2.5', 'mg'], 'nebulised', 'Q4H', {
          asNeeded: 'wheeze',
        }),
        byUsername: 'nurse',
      },
      {
        ...service('laboratory', 'Lactate', { timing: 'ONCE', reason: 'rising oxygen need' }),
        priority: 'urgent',
        byUsername: 'resident',
      },
      {
        ...service('laboratory', 'INR', { timing: 'QD', duration: { value: '5', unit: 'd' } }),
        indication: 'antibiotics beside warfarin',
        byUsername: 'pharmacist',
      },
      {
        ...service('imaging', 'Chest film, portable', {
          timing: 'ONCE',
          bodySite: 'chest',
          reason: 'not turning at 36 h',
        }),
        byUsername: 'resident',
      },
      {
        ...service('therapy', 'Physiotherapy, chest', { timing: 'BID' }),
        indication: 'airway clearance',
        byUsername: 'physiotherapist',
      },
    ],
    problems: [
      {
        title: 'Gas exchange, pneumonia',
        code: problemCode('Pneumonia'),
        status: 'active',
        goals: [
          {
            description: 'SpO₂ 92 to 96 % on 2 L/min or less',
            target: '92 to 96 % on 2 L/min or less',
            due: due(2),
            status: 'not-met',
          },
        ],
        interventions: [
          {
            description: 'Oxygen to target, sit upright',
            discipline: 'nurse',
            frequency: 'every hour',
            status: 'in-progress',
          },
          {
            description: 'Airway clearance, sit out for meals',
            discipline: 'physiotherapist',
            frequency: '3 times daily',
            status: 'in-progress',
          },
          {
            description: 'Review antibiotic with culture',
            discipline: 'pharmacist',
            frequency: `once, ${date(1)}`,
            status: 'planned',
          },
        ],
        byUsername: 'nurse',
      },
      {
        title: 'Falls risk',
        code: problemCode('Repeated falls'),
        status: 'active',
        goals: [
          {
            description: 'Walks to bathroom with frame, one assistant',
            target: 'bathroom and back, twice a day',
            due: due(3),
            status: 'in-progress',
          },
        ],
        interventions: [
          {
            description: 'Bed low, bell in reach, non-slip socks',
            discipline: 'nurse',
            frequency: 'each round',
            status: 'in-progress',
          },
          {
            description: 'Frame height set, transfer practice',
            discipline: 'physiotherapist',
            frequency: 'daily',
            status: 'in-progress',
          },
        ],
        byUsername: 'physiotherapist',
      },
      {
        title: 'Fluid balance, CKD 3b',
        code: problemCode('Fluid overload'),
        status: 'active',
        goals: [
          {
            description: 'Net loss 0.5 to 1 L in 24 h',
            target: '0.5 to 1 L',
            due: due(1),
            status: 'not-met',
          },
        ],
        interventions: [
          {
            description: 'Strict intake and output, weigh',
            discipline: 'nurse',
            frequency: 'daily at 06:00',
            status: 'in-progress',
          },
        ],
        byUsername: 'nurse',
      },
    ],
  };
}
