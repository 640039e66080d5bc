import { and, count, desc, eq, inArray, isNull, ne } from 'drizzle-orm';
import type { PossibleMatch } from '../../shared/patients/demographics.ts';
import { identityOf } from '../../shared/patients/demographicsFhir.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { familyKeys, phoneKey } from '../../shared/patients/matchKeys.ts';
import { matchOf, type Identity } from '../../shared/patients/matching.ts';
import { searchable } from '../../shared/patients/search.ts';
import type { Reader } from '../db/reader.ts';
import { readMany } from '../records/recordStore.ts';
import { patients } from '../records/tables.ts';
import { toSummary } from './queries.ts';
import { patientWords } from './tables.ts';

/** How many records are compared: those that share the most words with what was stated. */
const compared = 200;
const shown = 20;

/** Records of a site that may be of the person whom this Patient describes, the likeliest first. */
export async function findMatches(
  reader: Reader,
  siteId: string,
  stated: Resource,
): Promise<PossibleMatch[]> {
  const identity = identityOf(stated);
  const ids = await candidates(reader, siteId, stated.id, wordsOf(identity));
  if (ids.length === 0) return [];
  const [rows, resources] = await Promise.all([
    reader.select().from(patients).where(inArray(patients.id, ids)),
    readMany(reader, 'Patient', ids),
  ]);
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  return rows
    .flatMap((row): PossibleMatch[] => {
      const resource = byId.get(row.id);
      if (!resource) return [];
      const { band, ...match } = matchOf(identity, identityOf(resource));
      return band === 'no' ? [] : [{ patient: toSummary(row), band, ...match }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, shown);
}

async function candidates(reader: Reader, siteId: string, ownId: string, words: string[]): Promise<string[]> {
  if (words.length === 0) return [];
  const rows = await reader
    .select({ id: patientWords.patientId })
    .from(patientWords)
    .innerJoin(patients, eq(patients.id, patientWords.patientId))
    .where(
      and(
        eq(patientWords.siteId, siteId),
        inArray(patientWords.word, words),
        ne(patientWords.patientId, ownId),
        isNull(patients.replacedBy),
      ),
    )
    .groupBy(patientWords.patientId)
    .orderBy(desc(count()))
    .limit(compared);
  return rows.map(({ id }) => id);
}

/** The words under which a record of the same person may stand. */
function wordsOf({ names, birthDate, nationalNumbers, phones }: Identity): string[] {
  return [
    ...new Set([
      ...searchable([...names.flatMap(({ family, given }) => [family, given]), ...nationalNumbers])
        .split(' ')
        .filter((word) => word !== ''),
      ...names.flatMap(({ family, given }) => [...familyKeys(family), ...familyKeys(given)]),
      ...phones.flatMap((phone) => phoneKey(phone) ?? []),
      ...birthWords(birthDate),
    ]),
  ];
}

/** A birth date as it is kept among the words, and as one slip of the finger would have kept it. */
function birthWords(birthDate: string | null): string[] {
  if (birthDate === null) return [];
  const digits = birthDate.slice(0, 10).replaceAll('-', '');
  if (digits.length < 8) return [digits];
  const words = [digits, digits.slice(0, 4), `${digits.slice(0, 4)}${digits.slice(6)}${digits.slice(4, 6)}`];
  for (let at = 0; at < digits.length; at++) {
    for (let digit = 0; digit < 10; digit++)
      words.push(`${digits.slice(0, at)}${digit}${digits.slice(at + 1)}`);
    if (at > 0) words.push(`${digits.slice(0, at - 1)}${digits[at]}${digits[at - 1]}${digits.slice(at + 1)}`);
  }
  return words;
}
