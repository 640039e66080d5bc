import type { Role } from '../../shared/access/capabilities.ts';
import { demoId, siteIds } from './sites.ts';

/** One password for all, printed at start and on the sign-in page: nothing in a demo is worth guarding. */
export const demoPassword = 'cochart-demo';

export interface DemoAccount {
  username: string;
  role: Role;
  /** Invented; the initials are what presence shows. */
  name: string;
  siteId: string;
  /** What this role may do, for the sign-in page. */
  words: string;
}

const at = siteIds;

export const demoAccounts: DemoAccount[] = [
  {
    username: 'attending',
    role: 'attending',
    name: 'Edith Halvorsen',
    siteId: at.A,
    words: 'writes, orders, signs, co-signs',
  },
  {
    username: 'resident',
    role: 'resident',
    name: 'Tomas Marchetti',
    siteId: at.A,
    words: 'writes, orders, signs',
  },
  {
    username: 'student',
    role: 'student',
    name: 'Noor Rahimi',
    siteId: at.A,
    words: 'student notes, sent for co-signature',
  },
  {
    username: 'nurse',
    role: 'nurse',
    name: 'Sunniva Bello',
    siteId: at.A,
    words: 'vitals, doses, care plan',
  },
  {
    username: 'pharmacist',
    role: 'pharmacist',
    name: 'Lucan Oyelaran',
    siteId: at.A,
    words: 'verifies and proposes orders',
  },
  {
    username: 'physiotherapist',
    role: 'physiotherapist',
    name: 'Jorunn Delgado',
    siteId: at.A,
    words: 'therapy notes, function',
  },
  {
    username: 'socialworker',
    role: 'socialworker',
    name: 'Petra Whitlock',
    siteId: at.A,
    words: 'social work notes, care plan',
  },
  {
    username: 'specialist',
    role: 'specialist',
    name: 'Anselm Varga',
    siteId: at.B,
    words: 'joins by consult only',
  },
  {
    username: 'nurse-b',
    role: 'nurse',
    name: 'Marit Kessler',
    siteId: at.B,
    words: 'vitals, doses, care plan',
  },
  {
    username: 'clerk',
    role: 'clerk',
    name: 'Clement Ruddock',
    siteId: at.A,
    words: 'registration, no clinical text',
  },
  {
    username: 'auditor',
    role: 'auditor',
    name: 'Odile Brennan',
    siteId: at.A,
    words: 'who saw what, chain check',
  },
  { username: 'admin', role: 'admin', name: 'Ansgar Toller', siteId: at.A, words: 'users, sites, rules' },
  {
    username: 'patient',
    role: 'patient',
    name: 'Joseph Adeyemi',
    siteId: at.A,
    words: 'own released record',
  },
];

export const userIdOf = (username: string): string => demoId('user', username);

/** How a record of the demo names somebody: `Edith Halvorsen, attending`. */
export function staff(username: string): { display: string } {
  const account = demoAccounts.find((each) => each.username === username);
  if (!account) throw new Error(`The demo has no account ${username}.`);
  return { display: `${account.name}, ${account.role}` };
}
