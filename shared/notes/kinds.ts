/** The kinds of note, as CONTRACT names them. */
export const noteKinds = [
  'progress',
  'history-and-physical',
  'procedure',
  'discharge-summary',
  'multidisciplinary',
  'consult',
  'student',
  'nursing',
  'pharmacy',
  'therapy',
  'social-work',
  'addendum',
] as const;

export type NoteKind = (typeof noteKinds)[number];

interface NoteKindInfo {
  title: string;
  /** Headings of a new note of this kind, in order. */
  sections: readonly string[];
}

const soap = ['Subjective', 'Examination and results', 'Assessment', 'Plan'] as const;

export const noteKindInfo: Record<NoteKind, NoteKindInfo> = {
  progress: { title: 'Progress note', sections: soap },
  'history-and-physical': {
    title: 'History and physical',
    sections: [
      'Presenting problem',
      'History',
      'Medicines and allergies',
      'Examination and results',
      'Assessment',
      'Plan',
    ],
  },
  procedure: {
    title: 'Procedure note',
    sections: ['Indication and consent', 'Procedure', 'Findings', 'Aftercare'],
  },
  'discharge-summary': {
    title: 'Discharge summary',
    sections: ['Reason for admission', 'Hospital course', 'Medicines at discharge', 'Follow-up'],
  },
  multidisciplinary: {
    title: 'Ward round, multidisciplinary',
    sections: ['Overnight events', 'Examination and results', 'Assessment', 'Plan'],
  },
  consult: { title: 'Consult note', sections: ['Question', 'Findings', 'Opinion', 'Recommendations'] },
  student: { title: 'Student note', sections: soap },
  nursing: { title: 'Nursing note', sections: ['Observations', 'Care given', 'Concerns and handover'] },
  pharmacy: { title: 'Pharmacy note', sections: ['Medicines review', 'Recommendations'] },
  therapy: { title: 'Therapy note', sections: ['Function', 'Treatment', 'Plan'] },
  'social-work': { title: 'Social work note', sections: ['Home and support', 'Needs', 'Plan'] },
  addendum: { title: 'Addendum', sections: ['Addendum'] },
};
