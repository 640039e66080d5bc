import type { Reader } from '../db/reader.ts';
import { listSites, type SiteLine } from '../sites/queries.ts';
import { Stop } from './command.ts';

/** The site an operator names by id, label or name; the first one when none is named. @throws Stop */
export async function namedSite(reader: Reader, wanted: string | undefined): Promise<SiteLine> {
  const all = await listSites(reader);
  const first = all[0];
  if (!first) throw new Stop('there is no site yet: start the service first, it makes one or says how.');
  if (wanted === undefined) return first;
  const is = (text: string): boolean => text.toLowerCase() === wanted.toLowerCase();
  const found = all.find(({ id, label, name }) => is(id) || is(label) || is(name));
  if (found) return found;
  throw new Stop(
    `there is no site ${wanted}, only ${all.map(({ label, name }) => `${label} (${name})`).join(', ')}.`,
  );
}
