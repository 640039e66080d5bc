import { splitList, standingNone, type Recorded } from '../../shared/lists/interpret.ts';
import { isEntry, lists } from '../../shared/lists/lists.ts';
import type { ListName } from '../../shared/lists/names.ts';
import type { Doubts, ToReview } from '../../shared/lists/wire.ts';
import { overlay } from '../../shared/lists/parts.ts';
import { observedAt } from '../../shared/lists/observed.ts';
import { instantOf, textAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { inEncounter } from './inEncounter.ts';
import { momentIn } from './moment.ts';
import { sharedIngredients, type Ingredients } from './ingredients.ts';
import { changedRefusal, type Decision, type Look } from './record.ts';
import { reviewSystem } from './queries.ts';

type Decided = Result<Decision, Refusal>;

const key = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`;

/** Clocks of two machines may differ by this much. */
const leewayMs = 60_000;

function liesAhead(date: string, { today, writing }: Look): boolean {
  if (!date.includes('T')) return date > today;
  return Date.parse(instantOf(date) ?? '') > Date.parse(writing.at) + leewayMs;
}

/** An entry in the form of its list, of which nothing lies ahead of now. `before`: as it stands, if it stands. */
function parse(list: ListName, value: unknown, look: Look, before?: Resource): Result<unknown, Refusal> {
  const kind = lists[list];
  const said = textAt(value, 'at');
  const at =
    said === null || (before && said === observedAt(before)) ? ok(said) : momentIn(said, look.timeZone);
  if (!at.ok) return no({ ...refuse('invalid'), errors: [{ path: '/entry/at', message: at.error }] });
  const parsed = kind.entry.safeParse(at.value === said ? value : { ...(value as object), at: at.value });
  const errors = parsed.success
    ? (kind.past?.(parsed.data) ?? []).some((date) => date !== undefined && liesAhead(date, look))
      ? [{ path: '/entry', message: 'This date has not come yet.' }]
      : []
    : parsed.error.issues.map(({ path, message }) => ({
        path: ['/entry', ...path.map(String)].join('/'),
        message,
      }));
  return errors.length > 0 ? no({ ...refuse('invalid'), errors }) : ok(parsed.data);
}

/** Entries that hold already and are about the same thing, and what is unlikely about the new one. */
function doubtsOf(
  list: ListName,
  entry: unknown,
  others: readonly Recorded[],
  ingredients: Ingredients,
): Doubts {
  const kind = lists[list];
  const read = others.flatMap((each) => {
    const held = kind.read(each.resource);
    return held === null ? [] : [{ each, held }];
  });
  const about = new Set(kind.about(entry));
  return {
    // Of what is measured again and again, the newest stands for all.
    duplicates:
      kind.holds === 'newest'
        ? []
        : read.flatMap(({ each, held }) => {
            const found = { id: each.resource.id, line: kind.line(held) };
            const theirs = kind.about(held);
            if (theirs.some((one) => about.has(one))) return [found];
            const shares = sharedIngredients([...about], theirs, ingredients);
            return shares.length > 0 ? [{ ...found, shares }] : [];
          }),
    odd:
      kind.odd?.(
        entry,
        read.map(({ held }) => held),
      ) ?? [],
  };
}

const isDoubtful = ({ duplicates, odd }: Doubts): boolean => duplicates.length + odd.length > 0;

/** What becomes of "there is none" when there is something. */
function overNone(
  list: ListName,
  all: readonly Recorded[],
): Pick<Decision, 'resources' | 'expect' | 'remove'> {
  const over = lists[list].none?.over ?? null;
  const statements = standingNone(list, all);
  return {
    resources: over === null ? [] : statements.map(({ resource }) => over(resource)),
    remove:
      over === null
        ? statements.map(({ resource }) => ({ type: resource.resourceType, id: resource.id }))
        : [],
    expect: new Map(statements.map(({ resource, version }) => [key(resource), version])),
  };
}

const holdingBut = (list: ListName, all: readonly Recorded[], id: string | null): Recorded[] =>
  splitList(list, all).holding.filter(({ resource }) => resource.id !== id);

export function add(
  list: ListName,
  look: Look,
  body: { entry: unknown; anyway?: boolean | undefined },
): Decided {
  const kind = lists[list];
  const entry = parse(list, body.entry, look);
  if (!entry.ok) return entry;
  const holding = holdingBut(list, look.all, null);
  if (kind.single && holding[0]) return no(changedRefusal(list, holding[0]));
  const doubts = doubtsOf(list, entry.value, holding, look.ingredients);
  if (isDoubtful(doubts) && body.anyway !== true)
    return no({ ...refuse('unprocessable'), more: { ...doubts } });
  const bare: Resource = { resourceType: kind.resourceType, id: look.newId() };
  const none = overNone(list, look.all);
  return ok({
    what: 'added',
    id: bare.id,
    resources: [
      inEncounter(kind.write(entry.value, bare, look.writing), look.encounterId),
      ...none.resources,
    ],
    expect: new Map([[key(bare), 0], ...none.expect]),
    remove: none.remove ?? [],
  });
}

/** The entry as its sender saw it; another version is a 409 that shows it. */
function seen(list: ListName, { all }: Look, id: string, version: number): Result<Recorded, Refusal> {
  const found = all.find(({ resource }) => resource.id === id);
  if (!found) return no(refuse('not-found'));
  return found.version === version ? ok(found) : no(changedRefusal(list, found));
}

export function change(
  list: ListName,
  look: Look,
  id: string,
  body: { version: number; entry: unknown; anyway?: boolean | undefined },
): Decided {
  const before = seen(list, look, id, body.version);
  if (!before.ok) return before;
  if (!isEntry(list, before.value.resource)) return no(refuse('not-found'));
  if (lists[list].standing(before.value.resource) !== 'holds')
    return no(refuse('unprocessable', 'This entry has ended. Take the ending back first.'));
  const entry = parse(list, body.entry, look, before.value.resource);
  if (!entry.ok) return entry;
  const doubts = doubtsOf(list, entry.value, holdingBut(list, look.all, id), look.ingredients);
  if (isDoubtful(doubts) && body.anyway !== true)
    return no({ ...refuse('unprocessable'), more: { ...doubts } });
  const written = lists[list].write(entry.value, before.value.resource, look.writing);
  return ok({
    what: 'changed',
    id,
    resources: [written],
    expect: new Map([[key(written), before.value.version]]),
  });
}

export function end(
  list: ListName,
  look: Look,
  id: string,
  body: { version: number; outcome: string; reason?: string | undefined; on?: string | undefined },
): Decided {
  const { ending, standing } = lists[list];
  const before = seen(list, look, id, body.version);
  if (!before.ok) return before;
  if (ending === null)
    return no(
      refuse('unprocessable', 'What has happened does not end; it can only have been entered in error.'),
    );
  if (standing(before.value.resource) !== 'holds' || !isEntry(list, before.value.resource))
    return no(changedRefusal(list, before.value));
  const errors = [
    ...(ending.outcomes.includes(body.outcome)
      ? []
      : [{ path: '/outcome', message: 'This is not a way to end it.' }]),
    ...(ending.reasonNeeded && body.reason === undefined ? [{ path: '/reason', message: 'Say why.' }] : []),
    ...(body.on !== undefined && body.on > look.today
      ? [{ path: '/on', message: 'This date has not come yet.' }]
      : []),
  ];
  if (errors.length > 0) return no({ ...refuse('invalid'), errors });
  const written = ending.write(before.value.resource, body, look.writing);
  return ok({
    what: 'ended',
    id,
    resources: [written],
    expect: new Map([[key(written), before.value.version]]),
    reason: body.reason,
  });
}

/** It was never so: also of the statement that there is none. */
export function takeBack(
  list: ListName,
  look: Look,
  id: string,
  { version, reason }: { version: number; reason: string },
): Decided {
  const before = seen(list, look, id, version);
  if (!before.ok) return before;
  if (lists[list].standing(before.value.resource) === 'error') return no(changedRefusal(list, before.value));
  const written = lists[list].mistake(before.value.resource);
  return ok({
    what: 'in-error',
    id,
    resources: [written],
    expect: new Map([[key(written), version]]),
    reason,
  });
}

/** The entry as an earlier version said it: how a change, an ending or a mistake is taken back. */
export function restore(
  list: ListName,
  look: Look,
  id: string,
  { version, earlier }: { version: number; earlier: Resource | null },
): Decided {
  const before = seen(list, look, id, version);
  if (!before.ok) return before;
  if (earlier === null || !isEntry(list, earlier)) return no(refuse('not-found'));
  const kind = lists[list];
  if (kind.standing(earlier) !== 'holds')
    return no(refuse('unprocessable', 'That version did not hold either.'));
  const others = holdingBut(list, look.all, id);
  if (kind.single && others[0]) return no(changedRefusal(list, others[0]));
  const none = overNone(list, look.all);
  // Whose it is does not come back with it: since then it may have been moved from another patient's chart.
  const { subject, patient, encounter, context } = before.value.resource;
  const restored = overlay(earlier, { subject, patient, encounter, context });
  return ok({
    what: 'restored',
    id,
    resources: [restored, ...none.resources],
    expect: new Map([[key(restored), version], ...none.expect]),
    remove: none.remove ?? [],
  });
}

const notWhole = refuse(
  'damaged',
  'An entry of this list is damaged on record and cannot be read, so that nothing can be said of the whole list.',
);

/** Somebody asked, and there is none. */
export function sayNone(list: ListName, look: Look): Decided {
  const { none } = lists[list];
  if (none === null) return no(refuse('not-found'));
  if (look.isDamaged) return no(notWhole);
  const [first] = splitList(list, look.all).holding;
  if (first) return no({ ...changedRefusal(list, first), detail: 'There are entries that hold.' });
  const [said] = standingNone(list, look.all);
  const id = said?.resource.id ?? look.newId();
  const before = { ...said?.resource, resourceType: lists[list].resourceType, id };
  const written = overlay(before, none.write(look.writing));
  const resource = said ? written : inEncounter(written, look.encounterId);
  return ok({
    what: 'none-known',
    id,
    resources: [resource],
    expect: new Map([[key(resource), said?.version ?? 0]]),
  });
}

/** Each entry looked at, and what was found: in one act, on exactly the list that was looked at. */
export function review(list: ListName, look: Look, { lines }: ToReview): Decided {
  const { listCode } = lists[list];
  const { review: before } = look;
  if (listCode === null) return no(refuse('not-found'));
  if (look.isDamaged) return no(notWhole);
  const holding = splitList(list, look.all).holding;
  const unseen = holding.find(({ resource }) => !lines.some(({ id }) => id === resource.id));
  if (unseen) return no(changedRefusal(list, unseen));
  if (holding.length === 0 && standingNone(list, look.all).length === 0)
    return no(
      refuse('unprocessable', 'Nothing is recorded yet: add what there is, or say that there is none.'),
    );
  if (new Set(lines.map(({ id }) => id)).size < lines.length)
    return no(refuse('invalid', 'An entry stands twice in this review.'));

  const resources: Resource[] = [];
  const expect = new Map<string, number>();
  const items: object[] = [];
  for (const line of lines) {
    const decided =
      line.what === 'changed'
        ? change(list, look, line.id, { ...line, anyway: true })
        : line.what === 'ended'
          ? end(list, look, line.id, line)
          : confirm(list, look, line.id, line.version);
    if (!decided.ok) return decided;
    resources.push(...decided.value.resources);
    for (const [name, version] of decided.value.expect) expect.set(name, version);
    if (line.what !== 'ended')
      items.push({
        flag: { text: line.what },
        date: look.writing.at,
        item: { reference: `${lists[list].resourceType}/${line.id}` },
      });
  }
  // A review is of now: where it was made is where it was last made.
  const kept = inEncounter(
    reviewOf(list, listCode, look, items, before?.resource.id ?? look.newId()),
    look.encounterId,
  );
  return ok({
    what: 'reviewed',
    id: kept.id,
    resources: [kept, ...resources],
    expect: expect.set(key(kept), before?.version ?? 0),
  });
}

function confirm(
  list: ListName,
  look: Look,
  id: string,
  version: number,
): Result<Pick<Decision, 'resources' | 'expect'>, Refusal> {
  const before = seen(list, look, id, version);
  if (!before.ok) return before;
  const { resource } = before.value;
  if (lists[list].standing(resource) !== 'holds') return no(changedRefusal(list, before.value));
  // Unchanged: it stands among what is expected, so that nobody else changes it in the same moment.
  return ok({ resources: [], expect: new Map([[key(resource), version]]) });
}

const reviewOf = (
  list: ListName,
  code: string,
  { writing }: Look,
  items: object[],
  id: string,
): Resource => ({
  resourceType: 'List',
  id,
  identifier: [{ system: reviewSystem, value: list }],
  status: 'current',
  mode: 'snapshot',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: `Patient/${writing.patientId}` },
  date: writing.at,
  source: writing.who,
  ...(items.length > 0
    ? { entry: items }
    : {
        emptyReason: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'nilknown' }],
        },
      }),
});
