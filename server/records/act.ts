import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow, type AuditEvent } from '../audit/trail.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import { filedElsewhere, isFiledTo, type Filing } from './filing.ts';
import type { NotStaged, Outcome, Recording, StageOptions } from './recording.ts';
import { mergedRefusal, survivorsOf } from './replaced.ts';
import { stage } from './stage.ts';

/** What belongs into the transaction beside the resources; asked again when they have to be staged again. */
export interface ActParts extends StageOptions {
  audit: (outcomes: Outcome[]) => AuditEvent[];
  /** Announcements, remembered answers, rows of the act's own. */
  statements?: (outcomes: Outcome[]) => Statement[];
}

/** How often an act is staged again because somebody changed one of its resources meanwhile. */
const tries = 5;

/**
 * An act on the record: resources, audit, announcements and the remembered answer in one transaction, or nothing.
 * Who comes second to a change is staged again on top of it, and refused where `expect` says what they had seen.
 */
export async function recordAct(
  { reader, writer }: Pick<Deps, 'reader' | 'writer'>,
  recording: Recording,
  resources: Resource[],
  { audit, statements = () => [], ...options }: ActParts,
): Promise<Result<Outcome[], NotStaged>> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const staged = await stage(reader, resources, recording, options);
    if (!staged.ok) return staged;
    const { outcomes } = staged.value;
    const committed = await writer.commit({
      statements: [...staged.value.statements, ...statements(outcomes)],
      chained: audit(outcomes).map(auditRow),
    });
    if (committed.ok) return ok(outcomes);
    const moved = await movedMeanwhile(reader, staged.value.about, options.filed ?? []);
    if (moved) return no(moved);
  }
  return no({ keptElsewhere: [], changed: [] });
}

/** What staging again cannot mend: this was meant for a record, or an encounter, that is somebody else's now. */
async function movedMeanwhile(
  reader: Reader,
  about: readonly string[],
  filed: readonly Filing[],
): Promise<NotStaged | null> {
  const merged = await survivorsOf(reader, about);
  if (merged.size > 0) return { keptElsewhere: [], changed: [], merged };
  const here = await Promise.all(filed.map((filing) => isFiledTo(reader, filing)));
  return here.every(Boolean) ? null : { keptElsewhere: [], changed: [], refiled: true };
}

/** What a user of a site records there now. */
export const recordedBy = (user: { id: string; siteId: string }, at: Date): Recording => ({
  siteId: user.siteId,
  source: user.siteId,
  recordedBy: user.id,
  at,
  occurredAt: at,
});

/**
 * What is kept elsewhere looks like what does not exist; what has changed is named with its version now, and a record
 * that was merged with the one that it is part of.
 */
export function refusalOf({ keptElsewhere, changed, merged, refiled }: NotStaged): Refusal {
  if (keptElsewhere.length > 0) return refuse('not-found');
  const [survivorId] = merged?.values() ?? [];
  if (survivorId !== undefined) return mergedRefusal(survivorId);
  return refiled ? filedElsewhere : { ...refuse('conflict'), more: { changed } };
}
