import { Hono } from 'hono';
import { can } from '../../shared/access/can.ts';
import { noteDraft } from '../../shared/notes/schema.ts';
import { noteKinds } from '../../shared/notes/kinds.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { readableEncounter } from '../encounters/readable.ts';
import { once } from '../http/idempotency.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { createNoteStatements } from './acts.ts';
import { findNote, listNotes, readNote } from './queries.ts';

export const noteRoutes = (deps: Deps) =>
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
      return c.json(await readNote(deps.reader, deps.log, encounter.id, note));
    });
