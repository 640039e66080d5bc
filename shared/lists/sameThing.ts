import { splitDrugName } from '../orders/summary.ts';
import { fold } from '../patients/search.ts';
import type { Concept } from './parts.ts';

/** Two concepts are about the same thing when they share a code, or their words without accents and case. */
export const sameThing = ({ text, coding }: Concept): string[] => [
  ...(coding ? [`${coding.system}|${coding.code}`] : []),
  `text|${fold(text).trim()}`,
];

/** The code that such a key is of; null for words. */
export function codingOfKey(key: string): { system: string; code: string } | null {
  const bar = key.lastIndexOf('|');
  const [system, code] = [key.slice(0, bar), key.slice(bar + 1)];
  return system === 'text' ? null : { system, code };
}

/** The same for medicines, whose strength and form come after the name of what they hold. */
export const sameMedicine = (medicine: Concept): string[] => [
  ...sameThing(medicine),
  `text|${fold(splitDrugName(medicine.text).drug).trim()}`,
];
