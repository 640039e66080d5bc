import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { historyQuery, pastQuery, type HistoryPage, type Past } from '../../shared/history/schema.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { readableEncounter } from '../encounters/readable.ts';
import { actorOf, allow, refused, signedIn, valid, type Env } from '../http/route.ts';
import { DamagedLog } from '../log/documentLog.ts';
import { changesPage, groupingOf } from './changes.ts';
import { pastContent } from './content.ts';
import type { DocumentHistory } from './documentHistory.ts';
import { Histories } from './histories.ts';
import { authorsOf, readableDocument } from './queries.ts';
import { Visits } from './visits.ts';

const place = z.object({ id: z.string(), seq: z.coerce.number().int().min(0) });

export const historyRoutes = (deps: Deps) => {
  const histories = new Histories(deps.reader);
  const visits = new Visits();

  /** Looks who asks and what for, notes it in the trail, and gives the document's history. */
  const enter = async (c: Context<Env>, encounterId: string, document: string) => {
    const who = signedIn(c);
    const encounter = await readableEncounter(deps.reader, who.user, encounterId);
    const found = await readableDocument(deps.reader, who.user, encounter, document);
    if (!found) throw refused('not-found');
    const at = deps.now();
    await visits.enter(who.sessionId, found.name, at, () =>
      deps.writer.commit({
        statements: [],
        chained: [
          auditRow({
            action: 'history:opened',
            outcome: 'success',
            actor: actorOf(who),
            at,
            patientId: encounter.patientId,
            encounterId: encounter.id,
            entity: document,
          }),
        ],
      }),
    );
    const history = await opened(histories.open(found.name, found.room.kind));
    return {
      history,
      kind: found.room.kind,
      authorOf: await authorsOf(deps.reader, history.columns.users),
    };
  };

  return new Hono<Env>()
    .get('/encounters/:id/history', allow('chart:read'), valid('query', historyQuery), async (c) => {
      const query = c.req.valid('query');
      const { history, kind, authorOf } = await enter(c, c.req.param('id'), query.document);
      return c.json<HistoryPage>(changesPage(history, kind, query, authorOf));
    })
    .get(
      '/encounters/:id/history/:seq',
      allow('chart:read'),
      valid('param', place),
      valid('query', pastQuery),
      async (c) => {
        const { id, seq } = c.req.valid('param');
        const { document, group, compare } = c.req.valid('query');
        const { history, kind, authorOf } = await enter(c, id, document);
        if (Math.max(seq, compare ?? 0) > history.seq) throw refused('not-found');
        const [from, to] =
          compare === undefined ? [null, seq] : [Math.min(seq, compare), Math.max(seq, compare)];
        const isNew = compare === undefined ? newIn(history, seq, group) : () => false;
        return c.json<Past>({
          seq: to,
          at: timeOf(history, to),
          ...(from === null ? {} : { compared: { seq: from, at: timeOf(history, from) } }),
          authors: history.columns.users.map(authorOf),
          content: pastContent(history, kind, { seq: to, from }, isNew),
        });
      },
    );
};

/** What the change that ends at an entry wrote. */
function newIn(history: DocumentHistory, seq: number, pauseS: number): (seq: number) => boolean {
  const { groupOf } = groupingOf(history, pauseS);
  const group = groupOf(seq);
  return (born) => group !== undefined && born <= seq && groupOf(born) === group;
}

const timeOf = ({ columns }: DocumentHistory, seq: number): string | null =>
  seq === 0 ? null : new Date(columns.at(seq)).toISOString();

async function opened(opening: Promise<DocumentHistory>): Promise<DocumentHistory> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof DamagedLog)) throw error;
    throw refused('unavailable', 'The log of this document is damaged; its history cannot be trusted.');
  }
}
