import { auditRow, nobody, type AuditActor } from '../audit/trail.ts';
import { hashPassword } from '../auth/passwords.ts';
import { users } from '../auth/tables.ts';
import { statement, type Batch, type ChainedRow } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { careTeam } from '../encounters/tables.ts';
import { checkBundle } from '../fhir/bundle.ts';
import { importBundle } from '../fhir/importBundle.ts';
import { bedStates, sites, wards } from '../sites/tables.ts';
import { demoAccounts, demoPassword, userIdOf } from './accounts.ts';
import { demoDrafts } from './drafts.ts';
import { patientOfPortal, stories } from './patients/index.ts';
import { demoBeds, demoSites, demoWards, siteIds, wardIds } from './sites.ts';
import { encounterIdOf, patientIdOf, storyBundle, type Story } from './story.ts';
import { draftStatements } from './writeDrafts.ts';

export type SeedDeps = Pick<Deps, 'reader' | 'writer' | 'now' | 'newId'>;

/** The service itself makes the demo; no person did. */
const actor: AuditActor = nobody;

/**
 * Fills an empty database with the invented hospital group. Whoever can sign in comes last, so that a seeding that
 * was cut short is simply done again, and a database with users in it is never touched.
 * @returns whether anything was seeded
 */
export async function seedDemo(deps: SeedDeps): Promise<boolean> {
  const [somebody] = await deps.reader.select({ id: users.id }).from(users).limit(1);
  if (somebody) return false;
  const hashes = Promise.all(demoAccounts.map(() => hashPassword(demoPassword)));
  await commit(deps, {
    statements: [
      statement(deps.reader.insert(sites).values(demoSites).onConflictDoNothing()),
      statement(deps.reader.insert(wards).values(demoWards).onConflictDoNothing()),
    ],
  });
  for (const story of stories) await importStory(deps, story);
  await commit(deps, peopleBatch(deps, await hashes));
  return true;
}

async function commit({ writer }: SeedDeps, batch: Batch): Promise<void> {
  const committed = await writer.commit(batch);
  if (!committed.ok) throw new Error('Somebody else is filling this database.');
}

async function importStory(deps: SeedDeps, story: Story): Promise<void> {
  const bundle = checkBundle(storyBundle(story, deps.now()));
  if (!bundle.ok) throw new Error(`The demo's ${story.key} is no bundle: ${JSON.stringify(bundle.error)}`);
  const siteId = siteIds[story.site];
  const imported = await importBundle(deps, bundle.value, { siteId, source: siteId, actor });
  if (!imported.ok) throw new Error(`The demo's ${story.key} was refused: ${JSON.stringify(imported.error)}`);
}

/** Every account, who cares for whom and what they have begun to write, in one transaction. */
function peopleBatch(deps: SeedDeps, hashes: string[]): Batch {
  const { reader, now } = deps;
  const at = now();
  const rows = demoAccounts.map(({ username, name, role, siteId }, index) => ({
    id: userIdOf(username),
    username,
    name,
    role,
    siteId,
    patientId: role === 'patient' ? patientIdOf(patientOfPortal) : null,
    passwordHash: hashes[index]!,
    createdAt: at.toISOString(),
  }));
  const memberships = stories.flatMap(({ key, stay }) =>
    stay.team.map((username) => ({
      encounterId: encounterIdOf(key),
      userId: userIdOf(username),
      since: new Date(at.getTime() - stay.admittedHoursAgo * 3_600_000).toISOString(),
    })),
  );
  const beds = demoBeds.map(({ site, bed, state, hoursAgo }) => ({
    wardId: wardIds[site],
    bed,
    state,
    since: new Date(at.getTime() - hoursAgo * 3_600_000).toISOString(),
    recordedBy: userIdOf(site === 'A' ? 'nurse' : 'nurse-b'),
  }));
  const created = rows.map(({ id, role, siteId }): ChainedRow =>
    auditRow({
      action: 'user:created',
      outcome: 'success',
      actor,
      at,
      entity: `User/${id}`,
      detail: { role, siteId, demo: true },
    }),
  );
  return {
    statements: [
      statement(reader.insert(users).values(rows)),
      statement(reader.insert(careTeam).values(memberships)),
      statement(reader.insert(bedStates).values(beds)),
      ...demoDrafts(at).flatMap((drafts) => draftStatements(deps, drafts)),
    ],
    chained: created,
  };
}
