import { ordersRoom } from '../../shared/documents/room.ts';
import { endDrafts } from '../../shared/documents/orders.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import type { OrdersAnswer, OrdersToSign, RefusedOrder } from '../../shared/signing/schema.ts';
import { zoneOffset } from '../../shared/units/dates.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { statement, type Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { EncounterFacts } from '../encounters/queries.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { contentHashNow } from '../log/contentHash.ts';
import type { Sealing } from '../log/sealing.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { writeJson } from '../records/json.ts';
import { stage } from '../records/stage.ts';
import { signUnderSeal, type PreparedAct } from '../signing/act.ts';
import { siteTime } from '../signing/fhir.ts';
import { endedBy } from '../signing/outcome.ts';
import { holdersOf } from '../signing/queries.ts';
import { signatures } from '../signing/tables.ts';
import { findSite } from '../sites/queries.ts';
import { judgeOrders, type Judged, type Signable } from './basket.ts';
import { signedOrder } from './fhir.ts';
import { withWords } from './refused.ts';

export interface OrderSigning {
  who: SignedIn;
  encounter: EncounterFacts;
  orders: OrdersToSign['orders'];
}

/** The last act on each basket: the next one looks at a basket in which the drafts of this one have ended. */
const underWay = new Map<string, Promise<unknown>>();

/** Signs what of a basket is as its signer saw it; the rest is refused, each order with its own reason. */
export async function signOrders(
  deps: Deps,
  sealing: Sealing,
  signing: OrderSigning,
  remember: Remember,
): Promise<Result<OrdersAnswer, Refusal>> {
  const { id } = signing.encounter;
  const run = () => signInTurn(deps, sealing, signing, remember);
  const mine = (underWay.get(id) ?? Promise.resolve()).then(run, run);
  underWay.set(id, mine);
  try {
    return await mine;
  } finally {
    if (underWay.get(id) === mine) underWay.delete(id);
  }
}

async function signInTurn(
  deps: Deps,
  sealing: Sealing,
  signing: OrderSigning,
  remember: Remember,
): Promise<Result<OrdersAnswer, Refusal>> {
  const { who, encounter, orders } = signing;
  const actId = deps.newId();
  let judged: Judged = { signable: new Map(), refused: [], why: new Map() };
  const told = () => withWords(deps.reader, ordersRoom(encounter.id), judged.refused, judged.why);
  const result = await signUnderSeal(
    deps,
    sealing,
    ordersRoom(encounter.id),
    {
      actId,
      author: { userId: who.user.id, deviceId: who.deviceId },
      expected: Object.fromEntries(orders.map(({ id, contentHash }) => [id, contentHash])),
      // What cannot be signed has no view, so that no seal names it.
      views: (doc) => {
        judged = judgeOrders(doc, orders);
        return Object.fromEntries([...judged.signable].map(([id, { view }]) => [id, view]));
      },
      whole: false,
    },
    async () => prepare(deps, signing, actId, { ...judged, refused: await told() }, remember),
  );
  if (result.ok) return result;
  if ('mismatched' in result.error) return no(refusedAll(await told()));
  const { refusal } = result.error;
  if (refusal.code !== 'conflict') return no(refusal);
  const { detail } = refusal;
  if (detail !== undefined)
    return no({ ...refusedAll(orders.map(({ id }) => ({ id, status: 409, detail }))), detail });
  // Somebody has signed one of them meanwhile, of which the document may not have heard.
  const all = orders.map(({ id }): RefusedOrder => ({ id, status: 409 }));
  const why = new Map(orders.map(({ id }) => [id, { what: 'signed' as const }]));
  return no(refusedAll(await withWords(deps.reader, ordersRoom(encounter.id), all, why)));
}

const codes = { 404: 'not-found', 409: 'conflict', 422: 'unprocessable' } as const;

/** The first refusal speaks for all. */
const refusedAll = (refused: RefusedOrder[]): Refusal => ({
  ...refuse(codes[refused[0]?.status ?? 409]),
  more: { refused },
});

async function prepare(
  deps: Deps,
  { who, encounter }: OrderSigning,
  actId: string,
  { signable, refused }: Judged,
  remember: Remember,
): Promise<Result<PreparedAct<OrdersAnswer>, Refusal>> {
  const { reader } = deps;
  const { user } = who;
  const at = deps.now();
  const room = ordersRoom(encounter.id);
  const site = await findSite(reader, encounter.siteId);
  const offset = zoneOffset(at, site?.timeZone ?? 'UTC');
  const made = await resourcesOf(deps, { who, encounter, signable, at: siteTime(at, offset) });
  const recording = {
    siteId: encounter.siteId,
    source: encounter.siteId,
    recordedBy: user.id,
    attesterId: user.id,
    at,
    activity: 'order-signed',
  };
  const staged = await stage(
    reader,
    [...made.values()].flatMap(({ resource, provenance }) => [resource, provenance]),
    recording,
    { provenance: 'in-resources' },
  );
  if (!staged.ok) return no(refuse('not-found'));
  const parts = Object.fromEntries([...signable].map(([id, { contentHash }]) => [id, contentHash]));
  const resources = Object.fromEntries(
    [...made].map(([id, { resource }]) => [id, `${resource.resourceType}/${resource.id}`]),
  );
  const contentHash = contentHashNow(parts);
  const row = {
    id: actId,
    encounterId: encounter.id,
    document: room,
    kind: 'orders' as const,
    contentHash,
    signerId: user.id,
    role: user.role,
    at: at.toISOString(),
    offset,
    body: canonicalJson(Object.fromEntries([...signable].map(([id, { view }]) => [id, view]))),
    resources,
  };
  const answer: OrdersAnswer = {
    signed: [...made].map(([id, { resource }]) => ({
      id,
      resource: JSON.parse(writeJson(resource)) as object,
    })),
    refused,
  };
  return ok({
    batch: {
      statements: [
        guardUnsigned(room, [...signable.keys()]),
        statement(reader.insert(signatures).values(row)),
        ...staged.value.statements,
        outboxRow(reader, at, 'orders:signed', {
          encounterId: encounter.id,
          orderIds: [...signable.keys()],
          signatureId: actId,
        }),
        ...remember(200, answer),
      ],
      chained: Object.entries(resources).map(([id, resource]) =>
        auditRow({
          action: 'order:signed',
          outcome: 'success',
          actor: actorOf(who),
          at,
          patientId: encounter.patientId,
          encounterId: encounter.id,
          entity: resource,
          detail: { draft: id, contentHash: parts[id]!, signature: actId },
        }),
      ),
    },
    filing: { id: encounter.id, patientId: encounter.patientId },
    told: { by: user.name, contentHash },
    write: (doc) => endDrafts(doc, endedBy(parts, resources)),
    answer,
  });
}

/** A draft becomes one order, whatever the document says of it. */
const guardUnsigned = (room: string, orderIds: readonly string[]): Statement => ({
  sql: `INSERT INTO guard (ok) VALUES (NOT EXISTS (
    SELECT 1 FROM signatures, json_each(signatures.resources)
    WHERE signatures.document = ? AND json_each.key IN (SELECT value FROM json_each(?))))`,
  params: [room, JSON.stringify(orderIds)],
});

interface Signing {
  who: SignedIn;
  encounter: EncounterFacts;
  signable: Map<string, Signable>;
  /** As the site's clock showed it. */
  at: string;
}

/** What each order becomes, by the draft's id. */
async function resourcesOf(deps: Deps, { who, encounter, signable, at }: Signing) {
  const clientIds = [...new Set([...signable.values()].flatMap(({ writtenBy }) => writtenBy))];
  const holders = await holdersOf(deps.reader, ordersRoom(encounter.id), clientIds);
  return new Map(
    [...signable].map(([id, { order, contentHash, writtenBy }]) => {
      const authors = writtenBy.flatMap((clientId) => holders.get(clientId) ?? []);
      return [
        id,
        signedOrder({
          order,
          contentHash,
          ids: { resource: deps.newId(), provenance: deps.newId() },
          patientId: encounter.patientId,
          encounterId: encounter.id,
          authors: [...new Map(authors.map((author) => [author.id, author])).values()],
          signer: who.user,
          at,
        }),
      ] as const;
    }),
  );
}
