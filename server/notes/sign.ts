import { and, eq } from 'drizzle-orm';
import { noteContent, type NoteContent } from '../../shared/documents/note.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import { awaitsCosign } from '../../shared/signing/rules.ts';
import type { Signature } from '../../shared/signing/schema.ts';
import { formatTime, zoneOffset } from '../../shared/units/dates.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { guardOneRow, statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import type { EncounterFacts } from '../encounters/queries.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import type { Sealed, Sealing } from '../log/sealing.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { stage } from '../records/stage.ts';
import { signUnderSeal, type NotSigned, type PreparedAct } from '../signing/act.ts';
import { siteTime } from '../signing/fhir.ts';
import { authorsOf, lastChangeOf, toSignature } from '../signing/queries.ts';
import { signatures } from '../signing/tables.ts';
import { findSite } from '../sites/queries.ts';
import { noteToFhir } from './fhir.ts';
import { findNote, readNote } from './queries.ts';
import { notes } from './tables.ts';

export interface NoteSigning {
  who: SignedIn;
  encounter: EncounterFacts;
  note: NoteLine;
  /** Of what the signer saw. */
  contentHash: string;
}

/** What a note's seal signs: the whole of it. */
const part = 'note';

const changed = (contentHash: string): Refusal => ({
  ...refuse('conflict'),
  more: { contentHash },
});

/** Signs a note as its signer saw it, or not at all. */
export async function signNote(
  deps: Deps,
  sealing: Sealing,
  signing: NoteSigning,
  remember: Remember,
): Promise<Result<{ signature: Signature }, Refusal>> {
  const { who, encounter, note, contentHash } = signing;
  const signed = note.signatures[0];
  if (signed)
    return no({ ...changed(signed.contentHash), detail: `${signed.by.name} has signed this note already.` });
  const actId = deps.newId();
  const result = await signUnderSeal(
    deps,
    sealing,
    noteRoom(encounter.id, note.id),
    {
      actId,
      author: { userId: who.user.id, deviceId: who.deviceId },
      expected: { [part]: contentHash },
      views: (doc) => ({ [part]: noteContent(doc) }),
      whole: true,
    },
    (sealed) => prepare(deps, signing, actId, sealed, remember),
  );
  return result.ok ? result : no(await refusalOf(deps, signing, result.error));
}

async function refusalOf(
  { reader, log }: Deps,
  { who, encounter, note, contentHash: seen }: NoteSigning,
  error: NotSigned,
): Promise<Refusal> {
  if ('refusal' in error && error.refusal.code !== 'conflict') return error.refusal;
  const now = 'mismatched' in error ? error.mismatched[part] : null;
  // Without a hash somebody else was quicker: what they have signed is what it says now.
  const refusal = changed(now ?? (await readNote(reader, log, encounter.id, note)).contentHash);
  const said = 'refusal' in error ? error.refusal.detail : undefined;
  // It says what its signer saw, and yet it was not signed: another seal came first.
  const sealedNow = 'mismatched' in error && (now === null || now === seen);
  const signerId = who.user.id;
  const detail = said ?? (await whoChanged(reader, { encounter, note, signerId, sealedNow }));
  return detail === null ? refusal : { ...refusal, detail };
}

interface Meanwhile {
  encounter: EncounterFacts;
  note: NoteLine;
  signerId: string;
  /** There is a seal on it, whose signature need not be on record yet. */
  sealedNow: boolean;
}

/** Who has changed the note that a signer saw otherwise; null when nobody is on record for it. */
async function whoChanged(
  reader: Reader,
  { encounter, note, signerId, sealedNow }: Meanwhile,
): Promise<string | null> {
  const signature = (await findNote(reader, encounter.id, note.id))?.signatures[0];
  if (signature) return `${signature.by.name} has signed this note already.`;
  if (sealedNow) return 'Somebody else is signing this note at this moment.';
  const last = await lastChangeOf(reader, noteRoom(encounter.id, note.id));
  if (!last) return null;
  const site = await findSite(reader, encounter.siteId);
  const time = formatTime(last.at, site?.timeZone ?? 'UTC');
  const who = last.by.id === signerId ? 'You' : last.by.name;
  return `${who} changed it at ${time}.`;
}

async function prepare(
  deps: Deps,
  { who, encounter, note, contentHash }: NoteSigning,
  actId: string,
  { views, at }: Sealed,
  remember: Remember,
): Promise<Result<PreparedAct<{ signature: Signature }>, Refusal>> {
  const { reader } = deps;
  const { user } = who;
  const room = noteRoom(encounter.id, note.id);
  const content = views[part] as NoteContent;
  const [authors, site] = await Promise.all([authorsOf(reader, room), findSite(reader, encounter.siteId)]);
  const offset = zoneOffset(at, site?.timeZone ?? 'UTC');
  const ids = { composition: deps.newId(), document: deps.newId(), provenance: deps.newId() };
  const awaits = awaitsCosign(user.role, note.kind);
  const resources = noteToFhir({
    ids,
    note,
    patientId: encounter.patientId,
    encounterId: encounter.id,
    content,
    contentHash,
    authors,
    signer: user,
    at: siteTime(at, offset),
    awaitsCosign: awaits,
  });
  const recording = {
    siteId: encounter.siteId,
    source: encounter.siteId,
    recordedBy: user.id,
    attesterId: user.id,
    at,
    activity: 'note-signed',
  };
  const staged = await stage(reader, resources, recording, { provenance: 'in-resources' });
  if (!staged.ok) return no(refuse('not-found'));
  const row = {
    id: actId,
    encounterId: encounter.id,
    document: room,
    kind: 'note' as const,
    contentHash,
    signerId: user.id,
    role: user.role,
    at: at.toISOString(),
    offset,
    body: canonicalJson(content),
    resources: {
      composition: `Composition/${ids.composition}`,
      document: `DocumentReference/${ids.document}`,
    },
    awaits: awaits ? ('cosign' as const) : null,
  };
  const answer = { signature: toSignature(row, user.name) };
  return ok({
    batch: {
      statements: [
        statement(
          reader
            .update(notes)
            .set({ status: 'signed' })
            .where(and(eq(notes.id, note.id), eq(notes.status, 'draft'))),
        ),
        guardOneRow,
        statement(reader.insert(signatures).values(row)),
        ...staged.value.statements,
        outboxRow(reader, at, 'note:signed', {
          encounterId: encounter.id,
          noteId: note.id,
          signatureId: actId,
        }),
        ...remember(200, answer),
      ],
      chained: [
        auditRow({
          action: 'note:signed',
          outcome: 'success',
          actor: actorOf(who),
          at,
          patientId: encounter.patientId,
          encounterId: encounter.id,
          entity: `note/${note.id}`,
          detail: { kind: note.kind, contentHash, signature: actId, awaitsCosign: awaits },
        }),
      ],
    },
    filing: { id: encounter.id, patientId: encounter.patientId },
    told: { by: user.name, contentHash },
    answer,
  });
}
