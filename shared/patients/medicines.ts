import { nothingKnown } from './codes.ts';
import {
  conceptText,
  firstCoding,
  hasCode,
  instantOf,
  listAt,
  numberAt,
  referencedId,
  textAt,
  valueAt,
  type Resource,
} from './fhirValue.ts';
import type { ChartSummary, Medicine } from './schema.ts';

const current = new Set(['active', 'on-hold']);

/** Plans and proposals are not what a patient takes. */
const intents = new Set([
  'order',
  'original-order',
  'reflex-order',
  'filler-order',
  'instance-order',
  'plan',
]);

const isCurrent = (resource: Resource): boolean =>
  current.has(textAt(resource, 'status') ?? '') &&
  (resource.resourceType !== 'MedicationRequest' || intents.has(textAt(resource, 'intent') ?? 'order')) &&
  valueAt(resource, 'doNotPerform') !== true;

/**
 * What the patient takes now, newest first, from requests and statements. The same medicine at the same dose is
 * shown once; at another dose it is another line.
 */
export function interpretMedicines(
  resources: Resource[],
  medications: ReadonlyMap<string, Resource>,
): ChartSummary['medicines'] {
  const none = resources.find(
    (each) => isCurrent(each) && hasCode(valueAt(each, 'medicationCodeableConcept'), nothingKnown.medicines),
  );
  const items: Medicine[] = [];
  const seen = new Set<string>();
  const newestFirst = resources
    .filter((each) => isCurrent(each) && each !== none)
    .sort((a, b) => ((instantOf(sinceOf(a)) ?? '') < (instantOf(sinceOf(b)) ?? '') ? 1 : -1));
  for (const resource of newestFirst) {
    const concept = medicineOf(resource, medications);
    const medicine: Medicine = {
      id: resource.id,
      name:
        conceptText(concept) ?? textAt(resource, 'medicationReference', 'display') ?? 'Medicine not named',
      dose: interpretDose(resource),
      home: resource.resourceType === 'MedicationStatement',
      status: textAt(resource, 'status') ?? 'unknown',
      since: sinceOf(resource),
    };
    const key = `${medicine.home}|${firstCoding(concept)?.code ?? medicine.name.toLowerCase()}|${medicine.dose ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    items.push(medicine);
  }
  if (items.length > 0 || (resources.length > 0 && !none)) return { state: 'listed', items };
  if (none) return { state: 'none', at: sinceOf(none), by: textAt(none, 'informationSource', 'display') };
  return { state: 'unknown' };
}

const sinceOf = (resource: Resource): string | null =>
  textAt(resource, 'authoredOn') ??
  textAt(resource, 'effectivePeriod', 'start') ??
  textAt(resource, 'effectiveDateTime') ??
  textAt(resource, 'dateAsserted');

/** The medicine's concept: its own, a contained Medication's, or that of a Medication on record. */
function medicineOf(resource: Resource, medications: ReadonlyMap<string, Resource>): unknown {
  const own = valueAt(resource, 'medicationCodeableConcept');
  if (own !== undefined) return own;
  const literal = textAt(resource, 'medicationReference', 'reference') ?? '';
  if (literal.startsWith('#')) {
    return valueAt(
      listAt(resource, 'contained').find((each) => textAt(each, 'id') === literal.slice(1)),
      'code',
    );
  }
  const id = referencedId(valueAt(resource, 'medicationReference'), 'Medication');
  return id === null ? undefined : valueAt(medications.get(id), 'code');
}

/** The ids of Medication resources that requests and statements point to. */
export const referencedMedications = (resources: Resource[]): string[] => [
  ...new Set(
    resources
      .map((each) => referencedId(valueAt(each, 'medicationReference'), 'Medication'))
      .filter((id) => id !== null),
  ),
];

const periodUnits: Record<string, string> = {
  s: 's',
  min: 'min',
  h: 'h',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
};

function interpretDose(resource: Resource): string | null {
  const dosage = listAt(resource, 'dosageInstruction')[0] ?? listAt(resource, 'dosage')[0];
  const written = textAt(dosage, 'text');
  if (written !== null) return written;
  const quantity = valueAt(listAt(dosage, 'doseAndRate')[0], 'doseQuantity');
  const amount = numberAt(quantity, 'value');
  const parts = [
    amount === null ? null : `${amount} ${textAt(quantity, 'unit') ?? 'per dose'}`,
    conceptText(valueAt(dosage, 'route')),
    timingWords(valueAt(dosage, 'timing')),
    valueAt(dosage, 'asNeededBoolean') === true || valueAt(dosage, 'asNeededCodeableConcept') !== undefined
      ? 'as needed'
      : null,
  ];
  return parts.filter((part) => part !== null).join(' · ') || null;
}

function timingWords(timing: unknown): string | null {
  const coded = conceptText(valueAt(timing, 'code'));
  if (coded !== null) return coded;
  const frequency = numberAt(timing, 'repeat', 'frequency');
  const period = numberAt(timing, 'repeat', 'period');
  const unit = periodUnits[textAt(timing, 'repeat', 'periodUnit') ?? ''];
  if (period === null || unit === undefined) return null;
  const every =
    period === 1 ? `a ${unit}` : `every ${period} ${unit === 'h' || unit === 'min' ? unit : `${unit}s`}`;
  return `${frequency ?? 1} × ${every}`;
}
