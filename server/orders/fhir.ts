import type { Resource } from '../../shared/patients/fhirValue.ts';
import { orderToFhir, type OrderContext, type SignableOrder } from '../../shared/orders/toFhir.ts';
import { parseJson } from '../records/json.ts';
import { practitioner, provenanceOf } from '../signing/fhir.ts';
import type { Person } from '../signing/queries.ts';

export interface SignedOrderFacts {
  order: SignableOrder;
  contentHash: string;
  ids: { resource: string; provenance: string };
  patientId: string;
  encounterId: string;
  /** Who has written what it now says. */
  authors: readonly Person[];
  signer: Pick<Person, 'id' | 'name'>;
  /** As the site's clock showed it. */
  at: string;
}

/** A signed order in FHIR R4, with who made it. */
export function signedOrder(facts: SignedOrderFacts): { resource: Resource; provenance: Resource } {
  const { order, contentHash, ids, patientId, encounterId, authors, signer, at } = facts;
  const context: OrderContext = {
    resourceId: ids.resource,
    patientId,
    encounterId,
    requester: practitioner(signer),
    authoredOn: at,
    decimal: parseJson,
  };
  const resource = orderToFhir(order, context);
  const targets = [`${resource.resourceType}/${resource.id}`];
  return {
    resource,
    provenance: provenanceOf({ id: ids.provenance, targets, at, authors, signer, contentHash }),
  };
}
