import { conceptText, listAt, textAt, valueAt } from '../patients/fhirValue.ts';

/** A signed order as a list shows it. */
export interface ActiveOrder {
  id: string;
  isMedicine: boolean;
  name: string;
  how: string | null;
  reason: string | null;
  priority: string | null;
  by: string | null;
  at: string | null;
}

/** Reads a MedicationRequest or ServiceRequest, ours or another system's. */
export const readActive = (id: string, resource: unknown): ActiveOrder => ({
  id,
  isMedicine: textAt(resource, 'resourceType') === 'MedicationRequest',
  name:
    conceptText(valueAt(resource, 'medicationCodeableConcept')) ??
    textAt(resource, 'medicationReference', 'display') ??
    conceptText(valueAt(resource, 'code')) ??
    'Order not named',
  how:
    textAt(listAt(resource, 'dosageInstruction')[0], 'text') ??
    conceptText(valueAt(resource, 'occurrenceTiming', 'code')),
  reason: conceptText(listAt(resource, 'reasonCode')[0]),
  priority: textAt(resource, 'priority'),
  by: textAt(resource, 'requester', 'display'),
  at: textAt(resource, 'authoredOn'),
});
