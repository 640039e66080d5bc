import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { SignedIn } from '../http/route.ts';
import type { Target } from '../records/recording.ts';

export interface Writing {
  who: SignedIn;
  /** The API's own address, so that a reference by address into it is known for one. */
  base: string;
}

/** What shall become of a resource: stand as given, be patched as it then stands, or end. */
export type Change = { put: Resource } | { patch: unknown } | 'end';

/** One thing that somebody wants to be on record, or to have ended. */
export interface Wish extends Target {
  change: Change;
  /** The version that it must have now; null when none was named. */
  ifMatch: number | null;
  /** The query by which nothing was found, so that this is made. */
  unless?: string;
  /** FHIRPath of the resource in what was sent. */
  place: string;
}
