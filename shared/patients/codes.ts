/**
 * The code systems and codes this service reads meaning from. Ours live under cochart.dev; the rest is HL7's, LOINC's
 * and SNOMED International's.
 */
export const systems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  identifierType: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',

  /**
   * Code status, isolation and falls risk are `Flag` resources with `subject` the patient: one `category` coding of
   * this system with code `code-status`, `isolation` or `falls`, `code.text` the words to show, `status` active or
   * inactive, `period.start` since when. The newest active flag of a category counts.
   */
  flagCategory: 'https://cochart.dev/fhir/flag-category',
  /**
   * Where an inpatient lies: `Encounter.location[]` entries whose `location.identifier` has one of these systems; the
   * value is a ward's id, or the bed's label on that ward. An entry whose `status` is `completed` no longer counts.
   */
  ward: 'https://cochart.dev/fhir/ward',
  bed: 'https://cochart.dev/fhir/bed',
  /** `identifier` that keeps the id a resource had at its source: `<source>|<Type>/<id>`. */
  sourceId: 'https://cochart.dev/fhir/source-id',
  /** `identifier` of a person who works here: their user id. */
  user: 'https://cochart.dev/fhir/user',
  /** `identifier` of a note's document, and of the order that a draft became. */
  note: 'https://cochart.dev/fhir/note',
  order: 'https://cochart.dev/fhir/order',
  orderCategory: 'https://cochart.dev/fhir/order-category',
  /** `identifier` that keeps the `contentHash` which was signed. */
  contentHash: 'https://cochart.dev/fhir/content-hash',
  /** `identifier` of a national number, by country: `<this>/<scheme>` where no public system is known. */
  nationalNumber: 'https://cochart.dev/fhir/national-number',
  /** `identifier` of a record number, by the site that gave it: `<this>/<site id>`. */
  mrn: 'https://cochart.dev/fhir/mrn',
  /** Extension of `Patient.birthDate`, valueBoolean: somebody judged by looking. */
  estimated: 'https://cochart.dev/fhir/estimated',
  /** Extension of an Encounter: when the patient is expected to leave (what R5 calls Encounter.plannedEndDate). */
  plannedEnd: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate',
  /** `code` of a Task: the active orders of an encounter want looking at again. */
  task: 'https://cochart.dev/fhir/task',
  /** `meta.tag` of the entry that stays where an encounter was filed in error. */
  trace: 'https://cochart.dev/fhir/trace',
} as const;

/**
 * Somebody asked, and there is none: SNOMED CT situations and the International Patient Summary's codes. "No known
 * drug allergy" (409137002) is not among them: it says nothing about food, and is shown as an entry.
 */
export const nothingKnown = {
  allergies: new Set(['716186003', 'no-known-allergies']),
  medicines: new Set(['787481004', 'no-known-medications']),
  problems: new Set(['160245001', 'no-known-problems']),
};
