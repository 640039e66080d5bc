import { parseBirthDate } from '../../shared/patients/search.ts';

/** A birth date as somebody writes it, as far as they know it: `14-Feb-1957`, `02/1957`, `1957`; null for anything else. */
export function partialDateOf(text: string): string | null {
  const typed = text.trim();
  if (/^(18|19|20)\d{2}$/.test(typed)) return typed;
  const month = typed.match(/^(\d{4})-(0[1-9]|1[0-2])$/) ?? typed.match(/^(0?[1-9]|1[0-2])[-./ ](\d{4})$/);
  if (month) {
    const [year, number] = month[1]!.length === 4 ? [month[1], month[2]!] : [month[2], month[1]!];
    return `${year}-${number.padStart(2, '0')}`;
  }
  return parseBirthDate(typed.replaceAll(' ', '-'));
}
