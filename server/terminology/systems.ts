import type { CatalogueCategory } from '../../shared/orders/catalogue.ts';
import { codeSystems } from './starter/systems.ts';

/** What the concepts of a well-known code system are looked for as. */
const categories = new Map<string, CatalogueCategory>([
  [codeSystems.rxnorm, 'medication'],
  [codeSystems.loinc, 'laboratory'],
  [codeSystems.icd10, 'problem'],
  [codeSystems.cvx, 'vaccine'],
]);

export const categoryOf = (system: string): CatalogueCategory | null => categories.get(system) ?? null;

export const systemTitles: Record<string, string> = {
  [codeSystems.rxnorm]: 'RxNorm',
  [codeSystems.loinc]: 'LOINC',
  [codeSystems.icd10]: 'ICD-10-CM',
  [codeSystems.cvx]: 'CVX',
  [codeSystems.snomed]: 'SNOMED CT',
  [codeSystems.roles]: 'HL7 v3 RoleCode',
  [codeSystems.local]: 'Cochart',
};

/** The notice that LOINC's licence asks to be shown wherever its content is. */
const loincNotice =
  'This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. ' +
  'and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the ' +
  'license at http://loinc.org/license. LOINC® is a registered United States trademark of Regenstrief Institute, Inc.';

const notices: Record<string, string> = {
  [codeSystems.loinc]: loincNotice,
  [codeSystems.snomed]:
    'SNOMED CT belongs to SNOMED International; whether it may be used here depends on the territory and its licence.',
  [codeSystems.rxnorm]:
    'RxNorm is courtesy of the U.S. National Library of Medicine, which does not endorse this product.',
};

export const noticeOf = (system: string): string | null => notices[system] ?? null;
