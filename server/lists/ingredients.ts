import { lists } from '../../shared/lists/lists.ts';
import type { ListName } from '../../shared/lists/names.ts';
import { codingOfKey } from '../../shared/lists/sameThing.ts';
import type { Reader } from '../db/reader.ts';
import { openTerminology } from '../terminology/terminology.ts';

/** What a code stands for, by what two entries about it have in common: the ingredients of a product, brand or generic. */
export type Ingredients = ReadonlyMap<string, readonly { key: string; name: string }[]>;

/** Lists of what holds ingredients. */
const ofSubstances: ReadonlySet<ListName> = new Set(['allergies', 'medicines']);

/** The ingredients of all that these entries name by a code, as far as they are known. */
export async function ingredientsIn(
  reader: Reader,
  list: ListName,
  entries: readonly unknown[],
): Promise<Ingredients> {
  const found = new Map<string, { key: string; name: string }[]>();
  if (!ofSubstances.has(list)) return found;
  const terminology = openTerminology(reader);
  const { entry: form, about } = lists[list];
  const keys = new Set(entries.flatMap((entry) => (form.safeParse(entry).success ? about(entry) : [])));
  for (const key of keys) {
    const coding = codingOfKey(key);
    const held = coding && (await terminology.ingredientsOf(coding.system, coding.code));
    if (held)
      found.set(
        key,
        held.map(({ system, code, display }) => ({ key: `${system}|${code}`, name: display })),
      );
  }
  return found;
}

/** The names of what two entries both hold. */
export function sharedIngredients(
  one: readonly string[],
  other: readonly string[],
  all: Ingredients,
): string[] {
  const held = new Set(other.flatMap((key) => all.get(key) ?? []).map(({ key }) => key));
  const both = one.flatMap((key) => all.get(key) ?? []).filter(({ key }) => held.has(key));
  return [...new Set(both.map(({ name }) => name))];
}
