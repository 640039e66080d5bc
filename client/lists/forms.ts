import type { ListName } from '../../shared/lists/names.ts';
import type { CatalogueCategory } from '../../shared/orders/catalogue.ts';

/** What stands in a form while it is filled in, by field. */
export interface Draft {
  [field: string]: unknown;
}

interface Common {
  name: string;
  needed?: boolean;
  /** Shown only then. */
  when?: (draft: Draft) => boolean;
  wide?: boolean;
}

export type Field = Common &
  (
    | { kind: 'concept'; category: CatalogueCategory }
    | { kind: 'text'; suggestions?: readonly string[]; long?: boolean }
    | { kind: 'choice'; options: readonly string[]; first?: string }
    | { kind: 'date' }
    | { kind: 'moment' }
    | { kind: 'decimal' }
    | { kind: 'years' }
    | { kind: 'rows'; fields: readonly Field[] }
    | { kind: 'dosing' }
  );

const is =
  (name: string, ...values: string[]) =>
  (draft: Draft): boolean =>
    values.includes(String(draft[name]));

const note: Field = { kind: 'text', name: 'note', long: true, wide: true };
const severities = ['mild', 'moderate', 'severe'];
const weighed = is('what', 'weight', 'height');

/** The forms of the lists, field by field. A form for a new list is one more entry. */
export const forms: Record<ListName, readonly Field[]> = {
  problems: [
    { kind: 'concept', name: 'problem', category: 'problem', needed: true, wide: true },
    { kind: 'date', name: 'onset' },
    { kind: 'choice', name: 'severity', options: severities },
    {
      kind: 'choice',
      name: 'certainty',
      options: ['confirmed', 'provisional', 'differential', 'unconfirmed'],
      first: 'confirmed',
    },
    { kind: 'choice', name: 'course', options: ['active', 'recurrence', 'relapse'], first: 'active' },
    {
      kind: 'choice',
      name: 'category',
      options: ['problem-list-item', 'encounter-diagnosis'],
      first: 'problem-list-item',
    },
    note,
  ],
  allergies: [
    { kind: 'concept', name: 'substance', category: 'allergen', needed: true, wide: true },
    {
      kind: 'rows',
      name: 'reactions',
      wide: true,
      fields: [
        { kind: 'concept', name: 'manifestation', category: 'reaction', needed: true },
        { kind: 'choice', name: 'severity', options: severities },
      ],
    },
    { kind: 'choice', name: 'criticality', options: ['high', 'low', 'unable-to-assess'] },
    { kind: 'choice', name: 'type', options: ['allergy', 'intolerance'] },
    { kind: 'choice', name: 'category', options: ['medication', 'food', 'environment', 'biologic'] },
    { kind: 'choice', name: 'certainty', options: ['confirmed', 'unconfirmed'], first: 'confirmed' },
    { kind: 'date', name: 'onset' },
    note,
  ],
  medicines: [
    { kind: 'concept', name: 'medicine', category: 'medication', needed: true, wide: true },
    { kind: 'dosing', name: 'dosing', wide: true },
    { kind: 'date', name: 'since' },
    {
      kind: 'choice',
      name: 'informant',
      options: ['patient', 'relative', 'carer', 'pharmacy', 'records'],
      first: 'patient',
    },
    { kind: 'text', name: 'indication' },
    note,
  ],
  immunisations: [
    { kind: 'concept', name: 'vaccine', category: 'vaccine', needed: true, wide: true },
    { kind: 'choice', name: 'given', options: ['given', 'not-done'], first: 'given' },
    { kind: 'choice', name: 'where', options: ['here', 'elsewhere'], first: 'elsewhere' },
    { kind: 'date', name: 'on' },
    { kind: 'text', name: 'reason', needed: true, when: is('given', 'not-done') },
    { kind: 'text', name: 'lot', when: is('given', 'given') },
    {
      kind: 'text',
      name: 'site',
      suggestions: ['left deltoid', 'right deltoid', 'left thigh', 'right thigh'],
      when: is('given', 'given'),
    },
    {
      kind: 'text',
      name: 'route',
      suggestions: ['intramuscular', 'subcutaneous', 'intradermal', 'oral', 'nasal'],
      when: is('given', 'given'),
    },
    note,
  ],
  'family-history': [
    { kind: 'concept', name: 'relationship', category: 'relationship', needed: true, wide: true },
    {
      kind: 'rows',
      name: 'conditions',
      wide: true,
      fields: [
        { kind: 'concept', name: 'condition', category: 'problem', needed: true },
        { kind: 'years', name: 'onsetAge' },
      ],
    },
    { kind: 'choice', name: 'life', options: ['living', 'deceased'] },
    { kind: 'years', name: 'age' },
    note,
  ],
  procedures: [
    { kind: 'concept', name: 'procedure', category: 'procedure', needed: true, wide: true },
    { kind: 'date', name: 'on' },
    { kind: 'text', name: 'where' },
    note,
  ],
  'social-history': [
    {
      kind: 'choice',
      name: 'what',
      options: ['smoking', 'pack-years', 'alcohol', 'occupation', 'living'],
      first: 'smoking',
    },
    {
      kind: 'choice',
      name: 'smoking',
      options: ['never', 'former', 'some-days', 'daily', 'current', 'unknown'],
      needed: true,
      when: is('what', 'smoking'),
    },
    { kind: 'decimal', name: 'value', needed: true, when: is('what', 'pack-years') },
    { kind: 'text', name: 'text', needed: true, when: is('what', 'alcohol', 'occupation', 'living') },
    { kind: 'moment', name: 'at' },
    note,
  ],
  measures: [
    { kind: 'choice', name: 'what', options: ['weight', 'height', 'pregnancy'], first: 'weight' },
    { kind: 'decimal', name: 'value', needed: true, when: weighed },
    { kind: 'choice', name: 'unit', options: ['kg', 'lb', 'g'], first: 'kg', when: is('what', 'weight') },
    { kind: 'choice', name: 'unit', options: ['cm', 'in', 'm'], first: 'cm', when: is('what', 'height') },
    {
      kind: 'choice',
      name: 'method',
      options: ['measured', 'stated', 'estimated'],
      first: 'measured',
      when: weighed,
    },
    {
      kind: 'choice',
      name: 'status',
      options: ['pregnant', 'not-pregnant', 'possible', 'unknown'],
      needed: true,
      when: is('what', 'pregnancy'),
    },
    {
      kind: 'date',
      name: 'dueDate',
      when: (draft) => is('what', 'pregnancy')(draft) && is('status', 'pregnant', 'possible')(draft),
    },
    { kind: 'moment', name: 'at' },
    note,
  ],
  flags: [
    { kind: 'choice', name: 'kind', options: ['isolation', 'falls', 'other'], first: 'isolation' },
    {
      kind: 'text',
      name: 'text',
      needed: true,
      suggestions: ['Contact isolation', 'Droplet isolation', 'Airborne isolation', 'Protective isolation'],
      when: is('kind', 'isolation'),
    },
    {
      kind: 'text',
      name: 'text',
      needed: true,
      suggestions: ['Falls risk high', 'Falls risk moderate'],
      when: is('kind', 'falls'),
    },
    { kind: 'text', name: 'text', needed: true, when: is('kind', 'other') },
    { kind: 'text', name: 'reason', wide: true },
  ],
  'code-status': [
    {
      kind: 'choice',
      name: 'status',
      options: ['full', 'limited', 'no-cpr', 'comfort', 'other'],
      needed: true,
    },
    { kind: 'text', name: 'limits', when: is('status', 'limited', 'no-cpr', 'other') },
    {
      kind: 'text',
      name: 'discussedWith',
      needed: true,
      suggestions: ['the patient', 'the patient and family', 'the legal representative', 'nobody: emergency'],
    },
    { kind: 'text', name: 'reason', needed: true, wide: true },
  ],
};
