import { and, eq, inArray } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { conceptOf, currentRelease } from './releases.ts';
import { codeSystems } from './starter/systems.ts';
import { starterItems, starterOf } from './starterIndex.ts';
import { systemTitles } from './systems.ts';
import { conceptRelations, concepts } from './tables.ts';

export interface Coded {
  system: string;
  code: string;
  display: string;
}

/** What is known of a code. */
export interface FoundConcept extends Coded {
  active: boolean;
  kind: string | null;
  also: string[];
  /** Of the code system it was found in; null: the starter set. */
  version: string | null;
  systemTitle: string;
}

/** A code in the release that is in use, else in the starter set; null when neither has it. */
export async function lookupCode(reader: Reader, system: string, code: string): Promise<FoundConcept | null> {
  const release = await currentRelease(reader, 'system', system);
  const row = release && (await conceptOf(reader, release.id, code));
  if (release && row) {
    const { display, active, kind, also } = row;
    return {
      system,
      code,
      display,
      active,
      kind,
      also: JSON.parse(also) as string[],
      version: release.version,
      systemTitle: release.title,
    };
  }
  const [item] = starterItems(system, code);
  if (!item) return null;
  return {
    system,
    code,
    display: item.display,
    active: true,
    kind: null,
    also: item.also,
    version: null,
    systemTitle: systemTitles[system] ?? system,
  };
}

/** Whether codes of this system can be judged here at all. */
export const knowsSystem = async (reader: Reader, system: string): Promise<boolean> =>
  (await currentRelease(reader, 'system', system)) !== null || starterOf(system).length > 0;

/** RxNorm's relations along which a product's ingredients lie. */
const towardsIngredient = [
  'has_ingredient',
  'has_ingredients',
  'has_precise_ingredient',
  'consists_of',
  'contains',
  'has_part',
  'form_of',
  'tradename_of',
  'quantified_form_of',
];

/** A pack holds products, a product components, a component a precise ingredient, that one its ingredient. */
const maxSteps = 8;

/**
 * The ingredients (RxNorm `IN`) of a medicine in whatever form it was prescribed; of an ingredient, itself.
 * Null when they are not known: a rule must then say so and not pass silently.
 */
export async function ingredientsOf(reader: Reader, system: string, code: string): Promise<Coded[] | null> {
  const release = await currentRelease(reader, 'system', system);
  const row = release && (await conceptOf(reader, release.id, code));
  if (!release || !row || row.kind === null) return ownIngredient(system, code);
  const seen = new Set([code]);
  const found = new Map<string, Coded>();
  let step = [row];
  for (let steps = 0; step.length > 0 && steps < maxSteps; steps++) {
    for (const each of step) {
      if (each.kind === 'IN') found.set(each.code, { system, code: each.code, display: each.display });
    }
    const onward = step.filter(({ kind }) => kind !== 'IN').map((each) => each.code);
    if (onward.length === 0) break;
    step = (await relatedTo(reader, release.id, onward)).filter((each) => !seen.has(each.code));
    for (const each of step) seen.add(each.code);
  }
  return found.size === 0 ? ownIngredient(system, code) : [...found.values()];
}

const relatedTo = async (reader: Reader, releaseId: number, codes: string[]) =>
  (
    await reader
      .selectDistinct({ concept: concepts })
      .from(conceptRelations)
      .innerJoin(
        concepts,
        and(eq(concepts.releaseId, conceptRelations.releaseId), eq(concepts.code, conceptRelations.toCode)),
      )
      .where(
        and(
          eq(conceptRelations.releaseId, releaseId),
          inArray(conceptRelations.fromCode, codes),
          inArray(conceptRelations.relation, towardsIngredient),
        ),
      )
  ).map(({ concept }) => concept);

/** The starter set names medicines by ingredient; what it names as a mixture, it cannot take apart. */
function ownIngredient(system: string, code: string): Coded[] | null {
  if (system !== codeSystems.rxnorm && system !== codeSystems.local) return null;
  const item = starterItems(system, code).find(
    ({ category }) => category === 'medication' || category === 'allergen',
  );
  const isClass = system === codeSystems.local && item?.category === 'allergen';
  if (!item || isClass || item.display.includes(' with ')) return null;
  return [{ system, code, display: item.display }];
}
