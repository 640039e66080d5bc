import { Hono } from 'hono';
import { can } from '../../shared/access/can.ts';
import { noteDraft } from '../../shared/notes/schema.ts';
import { noteKinds } from '../../shared/notes/kinds.ts';
import { maySignNote, signsNotes } from '../../shared/signing/rules.ts';
import { noteToSign } from '../../shared/signing/schema.ts';
import { auditRow } from '../audit/trail.ts';
import { isConfirmed } from '../auth/lifetimes.ts';
import type { Deps } from '../deps.ts';
import { readableEncounter } from '../encounters/readable.ts';
import { once } from '../http/idempotency.ts';
import { actorOf, allow, Refused, refused, signedIn, valid, type Env } from '../http/route.ts';
import { DamagedLog } from '../log/documentLog.ts';
import type { Sealing } from '../log/sealing.ts';
import { reportDamage } from '../records/intact.ts';
import { createNoteStatements } from './acts.ts';
import { findNote, listNotes, readNote } from './queries.ts';
import { signNote } from './sign.ts';

export const noteRoutes = (deps: Deps, sealing: Sealing) =>
  new Hono<Env>()
    .get('/encounters/:id/notes', allow('chart:read'), async (c) => {
      const encounter = await readableEncounter(deps.reader, signedIn(c).user, c.req.param('id'));
      return c.json({ items: await listNotes(deps.reader, encounter.id) });
    })
    .post(
      '/encounters/:id/notes',
      allow(...noteKinds.map((kind) => `note:write:${kind}` as const)),
      valid('json', noteDraft),
      async (c) => {
        const who = signedIn(c);
        const encounter = await readableEncounter(deps.reader, who.user, c.req.param('id'));
        const { kind, templateId } = c.req.valid('json');
        if (!can(who.user, `note:write:${kind}`, { siteId: encounter.siteId })) throw refused('forbidden');
        if (kind === 'addendum')
          throw refused('unprocessable', 'An addendum is made on the note that it adds to.');
        if (templateId !== undefined) throw refused('invalid', 'There is no such template.');
        return once(deps, c, async (remember) => {
          const noteId = deps.newId();
          const at = deps.now();
          const body = { noteId };
          await deps.writer.commit({
            statements: [
              ...createNoteStatements(deps, {
                id: noteId,
                encounterId: encounter.id,
                kind,
                authorId: who.user.id,
                at,
              }),
              ...remember(201, body),
            ],
            chained: [
              auditRow({
                action: 'note:created',
                outcome: 'success',
                actor: actorOf(who),
                at,
                patientId: encounter.patientId,
                encounterId: encounter.id,
                entity: `note/${noteId}`,
                detail: { kind },
              }),
            ],
          });
          return c.json(body, 201);
        });
      },
    )
    .get('/encounters/:id/notes/:noteId', allow('chart:read'), async (c) => {
      const who = signedIn(c);
      const encounter = await readableEncounter(deps.reader, who.user, c.req.param('id'));
      const note = await findNote(deps.reader, encounter.id, c.req.param('noteId'));
      if (!note) throw refused('not-found');
      await deps.writer.commit({
        statements: [],
        chained: [
          auditRow({
            action: 'document:opened',
            outcome: 'success',
            actor: actorOf(who),
            at: deps.now(),
            patientId: encounter.patientId,
            encounterId: encounter.id,
            entity: `note/${note.id}`,
          }),
        ],
      });
      const read = await readNote(deps.reader, deps.log, encounter.id, note).catch((error: unknown) => {
        if (error instanceof DamagedLog) return null;
        throw error;
      });
      // What was signed is what its signer saw, or it is shown to nobody; nor is what its log cannot vouch for.
      if (read === null || note.signatures.some(({ contentHash }) => contentHash !== read.contentHash)) {
        const { id: encounterId, patientId } = encounter;
        await reportDamage(deps, actorOf(who), { entity: `note/${note.id}`, patientId, encounterId });
        throw refused('damaged');
      }
      return c.json(read);
    })
    .post('/encounters/:id/notes/:noteId/sign', allow('signed-in'), valid('json', noteToSign), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        if (!isConfirmed(who.confirmedAt, deps.now())) throw refused('reauthenticate');
        if (!signsNotes(who.user.role)) throw refused('forbidden');
        const encounter = await readableEncounter(deps.reader, who.user, c.req.param('id'));
        const note = await findNote(deps.reader, encounter.id, c.req.param('noteId'));
        if (!note) throw refused('not-found');
        const { contentHash } = c.req.valid('json');
        const subject = { kind: note.kind, authorId: note.author.id, siteId: encounter.siteId };
        if (!maySignNote(who.user, subject)) throw refused('forbidden');
        const signed = await signNote(deps, sealing, { who, encounter, note, contentHash }, remember);
        if (!signed.ok) throw new Refused(signed.error);
        return c.json(signed.value, 200);
      }),
    );
