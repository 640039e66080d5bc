import type { Demographics } from '../../shared/patients/demographics.ts';

/** A form in which nothing is filled in: tests fill in what they are about. */
export const blankDemographics: Demographics = {
  name: { family: '', given: '', prefix: null },
  preferredName: null,
  formerNames: [],
  birthDate: null,
  birthDateEstimated: false,
  gender: 'unknown',
  birthSex: null,
  genderIdentity: null,
  pronouns: null,
  nationalNumber: null,
  telecom: [],
  address: null,
  language: null,
  interpreter: null,
  contacts: [],
};
