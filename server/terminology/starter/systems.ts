/** Code systems of the starter set. What has no code that we are certain of is coded in our own system. */
export const codeSystems = {
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  loinc: 'http://loinc.org',
  icd10: 'http://hl7.org/fhir/sid/icd-10-cm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  snomed: 'http://snomed.info/sct',
  roles: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  local: 'https://cochart.dev/fhir/local',
} as const;
