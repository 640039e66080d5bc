import { eq, and, inArray, sql } from 'drizzle-orm';
import { can, type Actor } from '../../shared/access/can.ts';
import { listAt, referencedId, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import type { Reader } from '../db/reader.ts';
import { sound, words } from '../records/damage.ts';
import { isCurrentVersion } from '../records/recordStore.ts';
import { survivorsOf } from '../records/replaced.ts';
import { resources, resourceVersions } from '../records/tables.ts';
import { chunks } from '../records/write.ts';

/*
 * Which records became one is said by links between Patients. A merge makes them and taking it back ends them; over FHIR
 * they are read, and stay as they are.
 */
const linkTypes: ReadonlySet<unknown> = new Set(['replaces', 'replaced-by']);

const mergeLinks = (patient: Resource): unknown[] =>
  listAt(patient, 'link').filter((link) => linkTypes.has(textAt(link, 'type')));

const nameOf = (link: unknown): string => `${textAt(link, 'type')} ${textAt(link, 'other', 'reference')}`;

function without(links: unknown[], others: unknown[]): unknown[] {
  const names = new Set(others.map(nameOf));
  return links.filter((link) => !names.has(nameOf(link)));
}

/** The links of merges that were made here: a source's own say nothing of what this service has moved. */
async function madeHere(reader: Reader, links: unknown[]): Promise<unknown[]> {
  const idOf = (link: unknown): string | null => referencedId(valueAt(link, 'other'), 'Patient');
  const replaces = links.filter((link) => textAt(link, 'type') === 'replaces');
  const merged = await survivorsOf(
    reader,
    replaces.flatMap((link) => idOf(link) ?? []),
  );
  return replaces.filter((link) => merged.has(idOf(link) ?? ''));
}

/**
 * Why a Patient may not go on record with these links; null when it may. Who brings records over says what a source has
 * merged, but not that a merge of this service did not happen.
 */
export async function refuseRelinking(
  reader: Reader,
  user: Actor,
  before: Resource | null,
  after: Resource,
): Promise<Refusal | null> {
  const [was, becomes] = [before ? mergeLinks(before) : [], mergeLinks(after)];
  const lost = without(was, becomes);
  const isRelinked = can(user, 'sites:manage')
    ? (await madeHere(reader, lost)).length > 0
    : lost.length + without(becomes, was).length > 0;
  return isRelinked
    ? refuse(
        'conflict',
        'The links "replaces" and "replaced-by" change with a merge, or when it is taken back.',
      )
    : null;
}

/** A source that brings a Patient again knows nothing of what was merged into it here: the links to that stay. */
export async function keepMergeLinks(reader: Reader, brought: Resource[]): Promise<Resource[]> {
  const ids = brought.filter(({ resourceType }) => resourceType === 'Patient').map(({ id }) => id);
  const kept = new Map<string, unknown[]>();
  for (const part of chunks(ids)) {
    const rows = await reader
      .select(words)
      .from(resources)
      .innerJoin(resourceVersions, isCurrentVersion)
      .where(
        and(
          eq(resources.type, 'Patient'),
          inArray(resources.id, part),
          sql`instr(${resourceVersions.json}, '"replaces"') > 0`,
        ),
      );
    for (const { id, json } of sound(rows))
      kept.set(id, await madeHere(reader, mergeLinks(JSON.parse(json) as Resource)));
  }
  return brought.map((resource) => {
    const missing =
      resource.resourceType === 'Patient' ? without(kept.get(resource.id) ?? [], mergeLinks(resource)) : [];
    return missing.length === 0 ? resource : { ...resource, link: [...listAt(resource, 'link'), ...missing] };
  });
}
