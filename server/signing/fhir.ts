import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Person } from './queries.ts';

/** A person who works here, as resources name them: by user id and name. There is no Practitioner on record to point to. */
export const practitioner = ({ id, name }: Pick<Person, 'id' | 'name'>) => ({
  type: 'Practitioner',
  identifier: { system: systems.user, value: id },
  display: name,
});

/** FHIR dateTime or instant as a site's clock showed it: `2026-03-02T09:00:00.000+01:00`. */
export function siteTime(at: Date, offset: string): string {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d{2}):(\d{2})$/.exec(offset) ?? [];
  const eastMs = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(at.getTime() + eastMs).toISOString().replace('Z', offset);
}

const participation = (code: 'author' | 'legal', display: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code, display }],
});

interface Signed {
  id: string;
  /** References to what was made by the act. */
  targets: readonly string[];
  /** As `siteTime` writes it. */
  at: string;
  authors: readonly Person[];
  signer: Pick<Person, 'id' | 'name'>;
  contentHash: string;
}

/** Who wrote what was signed, who signed it, and the hash of what they saw. */
export const provenanceOf = ({ id, targets, at, authors, signer, contentHash }: Signed): Resource => ({
  resourceType: 'Provenance',
  id,
  target: targets.map((reference) => ({ reference })),
  occurredDateTime: at,
  recorded: at,
  activity: {
    coding: [
      {
        system: 'http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion',
        code: 'LA',
        display: 'legally authenticated',
      },
    ],
  },
  agent: [
    ...authors.map((author) => ({ type: participation('author', 'Author'), who: practitioner(author) })),
    { type: participation('legal', 'Legal Authenticator'), who: practitioner(signer) },
  ],
  signature: [
    {
      type: [
        {
          system: 'urn:iso-astm:E1762-95:2013',
          code: '1.2.840.10065.1.12.1.1',
          display: "Author's Signature",
        },
      ],
      when: at,
      who: practitioner(signer),
      sigFormat: 'text/plain',
      data: Buffer.from(contentHash).toString('base64'),
    },
  ],
});
