import { capabilitiesOf, type Capability, type Role } from './capabilities.ts';

/** Who asks. */
export interface Actor {
  id: string;
  role: Role;
  siteId: string;
}

/** What the question is about; a subject without a site is the service itself. */
export interface Subject {
  siteId?: string;
}

/** The only question about permission. Refuses by default: no row in the table, or another site, is a no. */
export function can(actor: Actor, capability: Capability, subject: Subject = {}): boolean {
  if (!capabilitiesOf(actor.role).has(capability)) return false;
  return subject.siteId === undefined || subject.siteId === actor.siteId;
}
