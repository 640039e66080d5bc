/** Every address of the application, as a value. */
export type Route =
  | { name: 'sign-in'; next: string }
  | { name: 'setup'; token: string }
  | { name: 'home' }
  | { name: 'ward'; wardId: string }
  | { name: 'patients'; query: string }
  | { name: 'patient'; patientId: string; section?: ChartSection; show?: string }
  | { name: 'encounter'; encounterId: string }
  /** Null: of somebody new. */
  | { name: 'registration'; patientId: string | null }
  /** Null: all of them. */
  | { name: 'imports'; importId: string | null }
  | { name: 'audit' }
  | { name: 'not-found' };

/** The parts of a chart, each at its own address; the summary is the chart's. */
export const chartSections = ['results', 'documents', 'encounters'] as const;
export type ChartSection = (typeof chartSections)[number];

const segment = encodeURIComponent;

export const paths = {
  home: '/',
  audit: '/audit',
  signIn: (next: string) => (next === '/' ? '/sign-in' : `/sign-in?next=${segment(next)}`),
  ward: (wardId: string) => `/wards/${segment(wardId)}`,
  patients: (query = '') => (query ? `/patients?q=${segment(query)}` : '/patients'),
  patient: (patientId: string) => `/patients/${segment(patientId)}`,
  /** `show`: what of it is to be seen first: a code, or `Type/id`. */
  chart: (patientId: string, section: ChartSection | null, show?: string) =>
    [
      `/patients/${segment(patientId)}`,
      section === null ? '' : `/${section}`,
      show === undefined ? '' : `?show=${segment(show)}`,
    ].join(''),
  registration: (patientId: string | null) =>
    `/registration/${patientId === null ? 'new' : segment(patientId)}`,
  imports: (importId?: string) => (importId === undefined ? '/imports' : `/imports/${segment(importId)}`),
  encounter: (encounterId: string) => `/encounters/${segment(encounterId)}`,
};

export function routeOf(pathname: string, search: string): Route {
  const query = new URLSearchParams(search);
  const parts = pathname.split('/').filter(Boolean).map(decoded);
  if (parts.includes(null)) return { name: 'not-found' };
  const [first, second, ...more] = parts as string[];
  if (first === 'patients' && second !== undefined && more.length === 1) {
    const section = chartSections.find((each) => each === more[0]);
    if (section) return { name: 'patient', patientId: second, section, show: query.get('show') ?? undefined };
  }
  if (more.length > 0) return { name: 'not-found' };
  if (first === undefined) return { name: 'home' };
  if (second === undefined) {
    if (first === 'sign-in') return { name: 'sign-in', next: safeNext(query.get('next')) };
    if (first === 'setup') return { name: 'setup', token: query.get('token') ?? '' };
    if (first === 'patients') return { name: 'patients', query: query.get('q') ?? '' };
    if (first === 'imports') return { name: 'imports', importId: null };
    if (first === 'audit') return { name: 'audit' };
    return { name: 'not-found' };
  }
  if (first === 'wards') return { name: 'ward', wardId: second };
  if (first === 'patients') return { name: 'patient', patientId: second };
  if (first === 'registration') return { name: 'registration', patientId: second === 'new' ? null : second };
  if (first === 'imports') return { name: 'imports', importId: second };
  if (first === 'encounters') return { name: 'encounter', encounterId: second };
  return { name: 'not-found' };
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null; // A stray percent sign is an address that leads nowhere, not a fault.
  }
}

/** Only an address within this service: `//elsewhere` and `/\elsewhere` would leave it after signing in. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}
