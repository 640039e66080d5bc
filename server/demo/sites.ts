import { uuidOf } from '../fhir/uuid.ts';
import type { sites, wards } from '../sites/tables.ts';

/** Every id of the demo is made of its name, so that an address somebody bookmarked works in the next demo too. */
export const demoId = (...names: string[]): string => uuidOf('cochart-demo', ...names);

export type DemoSite = 'A' | 'B';

export const siteIds: Record<DemoSite, string> = { A: demoId('site', 'A'), B: demoId('site', 'B') };
export const wardIds: Record<DemoSite, string> = {
  A: demoId('ward', '7 West'),
  B: demoId('ward', 'Harbour 2'),
};

export const demoSites: (typeof sites.$inferInsert)[] = [
  { id: siteIds.A, name: 'Northgate General Hospital', label: 'A', timeZone: 'Europe/London', rank: 1 },
  { id: siteIds.B, name: 'Harbour Clinic', label: 'B', timeZone: 'Europe/London', rank: 2 },
];

export const demoWards: (typeof wards.$inferInsert)[] = [
  {
    id: wardIds.A,
    siteId: siteIds.A,
    name: '7 West',
    specialty: 'acute medicine',
    bays: [
      { name: 'Bay A', beds: ['1', '2', '3', '4', '5'] },
      { name: 'Bay B', beds: ['6', '7', '8', '9', '10'] },
      { name: 'Side rooms', beds: ['11', '12'] },
    ],
    rank: 1,
  },
  {
    id: wardIds.B,
    siteId: siteIds.B,
    name: 'Harbour 2',
    specialty: 'respiratory medicine',
    bays: [
      { name: 'Bay A', beds: ['1', '2', '3', '4'] },
      { name: 'Side rooms', beds: ['5', '6'] },
    ],
    rank: 1,
  },
];

/** Beds that nobody can be put into just now, since some hours ago. */
export const demoBeds: { site: DemoSite; bed: string; state: 'cleaning' | 'blocked'; hoursAgo: number }[] = [
  { site: 'A', bed: '9', state: 'cleaning', hoursAgo: 0.5 },
  { site: 'B', bed: '4', state: 'blocked', hoursAgo: 20 },
];

export const siteName = (site: DemoSite): string => demoSites[site === 'A' ? 0 : 1]!.name;
export const wardName = (site: DemoSite): string => demoWards[site === 'A' ? 0 : 1]!.name;
