import { noBreakSpace } from '../../../shared/units/number.ts';

/** What is said of a patient: banner, search and summary. */
export const chart = {
  patient: {
    banner: 'Patient',
    bannerFailed: 'Who this patient is could not be loaded.',
    born: 'Born',
    died: 'Died',
    diedAt: (date: string, age: string) => `Died ${date} at ${age}`,
    sex: 'Sex',
    sexes: { male: 'Male', female: 'Female', other: 'Other', unknown: 'Sex not recorded' },
    sexLetters: { male: 'M', female: 'F', other: 'other', unknown: 'sex unknown' },
    mrn: 'MRN',
    noMrn: 'No MRN',
    nationalNumber: 'National no.',
    notRecorded: 'not recorded',
    location: 'Location',
    inBed: (ward: string, bed: string | null) => (bed === null ? ward : `${ward}, bed${noBreakSpace}${bed}`),
    bed: (bed: string) => `Bed${noBreakSpace}${bed}`,
    prefers: 'prefers',
    similarName: 'Similar name on this ward',
    allergies: 'Allergies',
    allergyCount: (count: number) => (count === 1 ? '1 allergy' : `${count} allergies`),
    worst: (severity: string) => `worst ${severity}`,
    moreAllergies: (count: number) => `and ${count} more`,
    showAllergies: 'Show all allergies',
    severities: { severe: 'severe', moderate: 'moderate', mild: 'mild' },
    noAllergies: 'No known allergies',
    allergiesUnknown: 'Allergies not recorded',
    codeStatus: 'Code status',
    codeStatusUnknown: 'Code status not recorded',
  },
};
