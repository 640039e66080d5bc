import type { Draft, Field } from './forms.ts';

/** How much of a medicine is known, as the form asks it. */
export interface DosingDraft {
  mode: 'exact' | 'words' | 'unknown';
  value: string;
  unit: string;
  route: string;
  /** A code, or the FHIR timing that an import brought and this form keeps. */
  timing: unknown;
  asNeeded: unknown;
  asWritten: string;
}

const part = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function dosingDraft(value: unknown, isNew: boolean): DosingDraft {
  const said = part(value);
  const dose = part(said['dose']);
  const asWritten = text(said['asWritten']);
  return {
    mode: isNew || said['dose'] !== undefined ? 'exact' : asWritten === '' ? 'unknown' : 'words',
    value: text(dose['value']),
    unit: text(dose['unit']) || 'mg',
    route: text(said['route']) || 'oral',
    timing: said['timing'] ?? 'QD',
    asNeeded: said['asNeeded'] ?? false,
    asWritten,
  };
}

function dosingEntry(draft: DosingDraft): unknown {
  const { mode, value, unit, route, timing, asNeeded, asWritten } = draft;
  if (mode === 'unknown') return null;
  if (mode === 'words') return { asWritten: asWritten.trim() };
  return {
    dose: { value: value.trim(), unit },
    route,
    timing,
    ...(asNeeded === false ? {} : { asNeeded }),
  };
}

/** The fields of an entry, or of a new one. */
export function toDraft(fields: readonly Field[], entry: Draft | null): Draft {
  const draft: Draft = {};
  for (const field of fields) {
    const value = entry?.[field.name];
    if (field.kind === 'rows') {
      const rows = Array.isArray(value) ? (value as Draft[]) : [];
      draft[field.name] =
        rows.length > 0 ? rows.map((row) => toDraft(field.fields, row)) : [toDraft(field.fields, null)];
    } else if (field.kind === 'dosing') draft[field.name] = dosingDraft(value, entry === null);
    else if (field.kind === 'concept') draft[field.name] = value ?? null;
    // Two fields may take turns under one name, each with a first choice of its own.
    else if (draft[field.name] === undefined || draft[field.name] === '')
      draft[field.name] =
        text(value) || (entry === null && field.kind === 'choice' ? (field.first ?? '') : '');
  }
  return draft;
}

const isShown = (field: Field, draft: Draft): boolean => field.when?.(draft) ?? true;

export const shownFields = (fields: readonly Field[], draft: Draft): Field[] =>
  fields.filter((field) => isShown(field, draft));

/** What of a choice can be chosen: a value that its options do not have, because another field left it, is not. */
export const choiceOf = (field: Extract<Field, { kind: 'choice' }>, draft: Draft): string => {
  const value = text(draft[field.name]);
  // Nothing said stays nothing said: only a new entry begins with a first choice.
  return value === '' || field.options.includes(value) ? value : (field.first ?? '');
};

const isEmptyRow = (row: Draft, fields: readonly Field[]): boolean =>
  fields.every(({ name }) => row[name] === null || row[name] === '');

/** What the form says, without what was left empty. */
export function toEntry(fields: readonly Field[], draft: Draft): Draft {
  const entry: Draft = {};
  for (const field of shownFields(fields, draft)) {
    const value = draft[field.name];
    if (field.kind === 'rows') {
      const rows = (value as Draft[]).filter((row) => !isEmptyRow(row, field.fields));
      entry[field.name] = rows.map((row) => toEntry(field.fields, row));
    } else if (field.kind === 'dosing') entry[field.name] = dosingEntry(value as DosingDraft);
    else if (field.kind === 'concept') {
      if (value !== null) entry[field.name] = value;
    } else {
      const said = field.kind === 'choice' ? choiceOf(field, draft) : text(value).trim();
      if (said !== '' && field.kind === 'moment') entry[field.name] = said.replace(' ', 'T');
      else if (said !== '')
        entry[field.name] = field.kind === 'years' && /^\d+$/.test(said) ? Number(said) : said;
    }
  }
  return entry;
}

/** Names of the fields that must be filled in and are not. */
export function missingFields(fields: readonly Field[], draft: Draft): string[] {
  const entry = toEntry(fields, draft);
  return shownFields(fields, draft)
    .filter(({ needed, name }) => needed === true && entry[name] === undefined)
    .map(({ name }) => name);
}
