import type { NoteKind } from '../notes/kinds.ts';

export const roles = [
  'attending',
  'resident',
  'student',
  'nurse',
  'pharmacist',
  'physiotherapist',
  'socialworker',
  'specialist',
  'clerk',
  'auditor',
  'admin',
  'patient',
] as const;

export type Role = (typeof roles)[number];

export type Capability =
  | 'chart:read'
  | 'patient:search'
  | 'patient:register'
  | 'patient:merge'
  | 'encounter:read'
  | 'encounter:create'
  | 'encounter:move'
  | 'encounter:refile'
  | 'problems:record'
  | 'allergies:record'
  | 'medicines:record'
  | 'immunisations:record'
  | 'history:record'
  | 'code-status:record'
  | 'flags:record'
  | 'measures:record'
  | `note:write:${NoteKind}`
  | `note:sign:${NoteKind}`
  | 'note:cosign'
  | 'orders:propose'
  | 'orders:propose-therapy'
  | 'orders:sign'
  | 'orders:verify'
  | 'care-plan:write'
  | 'care-plan:publish'
  | 'vitals:record'
  | 'doses:record'
  | 'function:record'
  | 'audit:read'
  | 'quarantine:read'
  | 'kept-text:supervise'
  | 'users:manage'
  | 'sites:manage'
  | 'portal:read';

const writes = (...kinds: NoteKind[]): Capability[] => kinds.map((kind) => `note:write:${kind}` as const);
const signs = (...kinds: NoteKind[]): Capability[] => kinds.map((kind) => `note:sign:${kind}` as const);

const medicalKinds: NoteKind[] = [
  'progress',
  'history-and-physical',
  'procedure',
  'discharge-summary',
  'multidisciplinary',
  'consult',
  'addendum',
];

const charting: Capability[] = ['chart:read', 'patient:search', 'encounter:read'];

/** Registration, admission, transfer and discharge: what the front desk does, and whoever receives a patient at night. */
const desk: Capability[] = ['patient:register', 'encounter:create', 'encounter:move'];

const medical: Capability[] = [
  ...charting,
  ...desk,
  'encounter:refile',
  'problems:record',
  'allergies:record',
  'medicines:record',
  'immunisations:record',
  'history:record',
  'code-status:record',
  'flags:record',
  'measures:record',
  ...writes(...medicalKinds),
  ...signs(...medicalKinds),
  'orders:propose',
  'orders:sign',
  'care-plan:write',
  'vitals:record',
];

/**
 * What each role may do: the whole table, and nothing else grants anything. A clinical capability holds at the
 * user's own site only (`can.ts`).
 */
const table: Record<Role, Capability[]> = {
  attending: [...medical, 'note:cosign', 'care-plan:publish', 'kept-text:supervise'],
  resident: medical,
  student: [...charting, ...writes('student')],
  nurse: [
    ...charting,
    ...desk,
    'allergies:record',
    'medicines:record',
    'immunisations:record',
    'history:record',
    'flags:record',
    'measures:record',
    ...writes('nursing', 'multidisciplinary', 'addendum'),
    ...signs('nursing'),
    'orders:propose',
    'care-plan:write',
    'vitals:record',
    'doses:record',
  ],
  pharmacist: [
    ...charting,
    'allergies:record',
    'medicines:record',
    'immunisations:record',
    ...writes('pharmacy', 'multidisciplinary', 'addendum'),
    ...signs('pharmacy'),
    'orders:propose',
    'orders:verify',
    'care-plan:write',
  ],
  physiotherapist: [
    ...charting,
    ...writes('therapy', 'multidisciplinary', 'addendum'),
    ...signs('therapy'),
    'orders:propose-therapy',
    'care-plan:write',
    'function:record',
  ],
  socialworker: [
    ...charting,
    'history:record',
    ...writes('social-work', 'multidisciplinary', 'addendum'),
    ...signs('social-work'),
    'care-plan:write',
  ],
  specialist: [...medical, 'note:cosign'],
  clerk: ['patient:search', 'encounter:read', ...desk, 'patient:merge'],
  auditor: ['audit:read', 'quarantine:read'],
  admin: ['users:manage', 'sites:manage'],
  patient: ['portal:read'],
};

export const capabilitiesOf = (role: Role): ReadonlySet<Capability> => sets[role];

const sets = Object.fromEntries(roles.map((role) => [role, new Set(table[role])])) as unknown as Record<
  Role,
  ReadonlySet<Capability>
>;

export const roleTitles: Record<Role, string> = {
  attending: 'Attending',
  resident: 'Resident',
  student: 'Student',
  nurse: 'Nurse',
  pharmacist: 'Pharmacist',
  physiotherapist: 'Physiotherapist',
  socialworker: 'Social worker',
  specialist: 'Specialist',
  clerk: 'Clerk',
  auditor: 'Auditor',
  admin: 'Administrator',
  patient: 'Patient',
};
