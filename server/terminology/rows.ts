import { statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Writer } from '../db/writer.ts';
import type { ReleasedConcept, ReleasedMapping, ReleasedMember, ReleasedRelation } from './release.ts';
import { conceptMapElements, valueSetMembers } from './tables.ts';

type Placed<T> = T & { at: number };

/** Bits for a concept's place within its release: 4 for its band, 28 for its line. */
const releaseSpan = 2 ** 32;
const bandSpan = 2 ** 28;

/** Ids of a release's concepts, from the first to the last that there could be. */
export const idsOf = (releaseId: number): { first: number; last: number } => ({
  first: releaseId * releaseSpan,
  last: (releaseId + 1) * releaseSpan - 1,
});

/** Names grow by this much from band to band. */
const bandChars = 16;

/**
 * A concept's id. The index gives matches in the order of their ids and stops early, so ids are in the order in which
 * people want them: what is common, then what can be used, short names first; headers and what is no longer used last.
 */
function idOf(
  releaseId: number,
  { at, display, kind, active = true, common = false }: Placed<ReleasedConcept>,
): number {
  const length = Math.min(5, Math.floor(display.length / bandChars));
  const band = !active ? 14 + Math.min(1, length) : common ? 0 : (kind === 'header' ? 8 : 1) + length;
  return releaseId * releaseSpan + band * bandSpan + at;
}

/** As people type codes: no case, no dots or dashes. */
export const codeKey = (code: string): string => code.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Rows travel as one JSON value: a statement for each of them would take several times as long. */
export function insertConcepts(releaseId: number, concepts: Placed<ReleasedConcept>[]): Statement[] {
  if (concepts.length === 0) return [];
  const rows = concepts.map((concept) => ({
    id: idOf(releaseId, concept),
    code: concept.code,
    key: codeKey(concept.code),
    display: concept.display,
    kind: concept.kind ?? null,
    active: concept.active === false ? 0 : 1,
    also: concept.also ?? [],
  }));
  return [
    {
      sql: `INSERT INTO concepts (id, release_id, code, code_key, display, kind, active, also)
        SELECT value ->> 'id', ?, value ->> 'code', value ->> 'key', value ->> 'display', value ->> 'kind',
          value ->> 'active', value -> 'also' FROM json_each(?)`,
      params: [releaseId, JSON.stringify(rows)],
    },
    {
      sql: `INSERT INTO concept_words (rowid, display, also)
        SELECT value ->> 'id', value ->> 'display', value ->> 'also' FROM json_each(?)`,
      params: [JSON.stringify(rows.map(({ id, display, also }) => ({ id, display, also: also.join(' ') })))],
    },
  ];
}

export function insertRelations(releaseId: number, relations: ReleasedRelation[]): Statement[] {
  if (relations.length === 0) return [];
  return [
    {
      sql: `INSERT OR IGNORE INTO concept_relations (release_id, from_code, relation, to_code)
        SELECT ?, value ->> 'from', value ->> 'relation', value ->> 'to' FROM json_each(?)`,
      params: [releaseId, JSON.stringify(relations)],
    },
  ];
}

export const insertMembers = (
  reader: Reader,
  releaseId: number,
  members: Placed<ReleasedMember>[],
): Statement[] =>
  members.length === 0
    ? []
    : [
        statement(
          reader
            .insert(valueSetMembers)
            .values(members.map(({ at, ...member }) => ({ releaseId, position: at, ...member }))),
        ),
      ];

export const insertMappings = (
  reader: Reader,
  releaseId: number,
  mappings: Placed<ReleasedMapping>[],
): Statement[] =>
  mappings.length === 0
    ? []
    : [
        statement(
          reader
            .insert(conceptMapElements)
            .values(mappings.map(({ at, ...mapping }) => ({ releaseId, position: at, ...mapping }))),
        ),
      ];

const takenAtOnce = 1_000;

/** Takes away the rows of a release that nobody uses, little by little; the release itself comes last. */
export async function takeAway(writer: Writer, releaseId: number): Promise<void> {
  const some = `SELECT id FROM concepts WHERE release_id = ? ORDER BY id LIMIT ${takenAtOnce}`;
  await untilNothing(writer, [
    { sql: `DELETE FROM concept_words WHERE rowid IN (${some})`, params: [releaseId] },
    { sql: `DELETE FROM concepts WHERE id IN (${some})`, params: [releaseId] },
  ]);
  for (const table of ['concept_relations', 'value_set_members', 'concept_map_elements']) {
    const rows = `SELECT rowid FROM ${table} WHERE release_id = ? LIMIT ${takenAtOnce}`;
    await untilNothing(writer, [
      { sql: `DELETE FROM ${table} WHERE rowid IN (${rows})`, params: [releaseId] },
    ]);
  }
  await writer.commit({
    statements: [
      { sql: `DELETE FROM terminology_releases WHERE id = ? AND status <> 'current'`, params: [releaseId] },
    ],
  });
}

async function untilNothing(writer: Writer, statements: Statement[]): Promise<void> {
  for (;;) {
    const committed = await writer.commit({ statements });
    if (!committed.ok || committed.value.rowsAffected.at(-1) === 0) return;
  }
}
