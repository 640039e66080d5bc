import { getDataType } from '@medplum/core';
import type { SearchParameter } from '../../records/search/definitions.ts';
import { learnType } from '../validate/definitions.ts';

/**
 * Whether a parameter looks at codes that say of which system they are. A plain `code`, whose system R4 only implies,
 * a truth and an identifier are no such values: no value set can be held against them.
 */
export const isCoded = (type: string, { exact, branches }: SearchParameter): boolean =>
  !exact && branches.every(({ path, system }) => system === undefined && systemsAt(type, path));

const withSystem: ReadonlySet<string> = new Set(['CodeableConcept', 'Coding']);

function systemsAt(type: string, path: string): boolean {
  learnType(type);
  let types = [type];
  for (const [, name] of path.matchAll(/(\w+)(?:\[[^\]]*\])?(?:\.|$)/g))
    types = types.flatMap((each) => typesOf(each, name!));
  return types.length > 0 && types.every((each) => withSystem.has(each));
}

/** The types of an element; of one of several types, the one that its name ends with. */
function typesOf(type: string, name: string): string[] {
  const { elements } = getDataType(type);
  const own = elements[name];
  if (own) return own.type.map(({ code }) => code);
  return Object.entries(elements).flatMap(([element, { type: choices }]) => {
    const stem = element.endsWith('[x]') ? element.slice(0, -3) : null;
    if (stem === null || !name.startsWith(stem)) return [];
    const chosen = name.slice(stem.length).toLowerCase();
    return choices.flatMap(({ code }) => (code.toLowerCase() === chosen ? [code] : []));
  });
}
