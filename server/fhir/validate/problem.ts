/** What is wrong with a resource, and where. */
export interface ValidationProblem {
  severity: 'error' | 'warning' | 'information';
  /** FHIR R4 issue-type. */
  code: string;
  message: string;
  /** FHIRPath of the element. */
  expression: string;
}
