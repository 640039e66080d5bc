import { z } from 'zod';
import { conceptText, instantOf, listAt, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { canonicalJson } from '../signing/content.ts';
import { formatDate } from '../units/dates.ts';

/** The code systems that the lists write. */
export const listSystems = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  ucum: 'http://unitsofmeasure.org',
  /** "Nobody knows of any" in the words of the International Patient Summary. */
  absent: 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  local: 'https://cochart.dev/fhir/local',
} as const;

const short = z.string().trim().min(1).max(500);
export const shortText = short;
export const note = z.string().trim().min(1).max(2_000);

/** A code with its words, or only words where no code fits: what was meant is never lost for want of one. */
export const concept = z.strictObject({
  text: short,
  coding: z
    .strictObject({ system: z.string().min(1).max(200), code: z.string().min(1).max(100), display: short })
    .optional(),
});
export type Concept = z.infer<typeof concept>;

const dateShape = /^\d{4}(-\d{2}(-\d{2})?)?$/;

const isDate = (text: string): boolean =>
  dateShape.test(text) &&
  instantOf(text) !== null &&
  (text.length < 10 || instantOf(text)!.slice(0, 10) === text);

/** A date as far as somebody remembers: a year, a month, or a day. */
export const partialDate = z
  .string()
  .refine(isDate, 'Write a year, a month or a day: 2019, 2019-05, 2019-05-21.');

/** A moment: a FHIR dateTime, as exact as it is known. */
export const moment = z
  .string()
  .max(40)
  .refine((text) => instantOf(text) !== null, 'Write a date, or a date and time.');

/** Digits with a point, as a string, so that none is lost on the way. */
export const decimal = z
  .string()
  .regex(/^\d{1,7}(?:\.\d{1,6})?$/, 'Write the number in digits, with a point: 2.5.');

export function readConcept(value: unknown): Concept | null {
  const text = conceptText(value);
  if (text === null) return null;
  for (const coding of listAt(value, 'coding')) {
    const [system, code] = [textAt(coding, 'system'), textAt(coding, 'code')];
    if (system !== null && code !== null)
      return { text, coding: { system, code, display: textAt(coding, 'display') ?? text } };
  }
  return { text };
}

export const writeConcept = ({ text, coding }: Concept): object => ({
  ...(coding && { coding: [coding] }),
  text,
});

/** The day of a date or dateTime, as exact as it stands. */
export function readDate(value: unknown): string | null {
  const day = typeof value === 'string' ? (/^\d{4}(-\d{2}(-\d{2})?)?/.exec(value)?.[0] ?? null) : null;
  return day !== null && isDate(day) ? day : null;
}

/** A date in the words of a line; a moment is shown as its day. */
export const dateWords = (date: string): string => formatDate(date.slice(0, 10), 'UTC');

/** A decimal's digits, whether it is a number or was kept as written. */
export function readDecimal(value: unknown): string | null {
  const isNumber =
    typeof value === 'number' || (typeof value === 'object' && value !== null && 'isLosslessNumber' in value);
  const digits = isNumber ? String(value) : null;
  return digits !== null && decimal.safeParse(digits).success ? digits : null;
}

export const same = (one: unknown, other: unknown): boolean =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null);

/**
 * An element as it stood, where it says the same to us: a source's further codings, precision and extensions are not
 * lost because somebody changed something else.
 */
export const kept = <T>(
  before: unknown,
  read: (element: unknown) => T | null,
  value: T | null | undefined,
  write: (value: T) => unknown,
): unknown => {
  if (value === null || value === undefined) return undefined;
  return before !== undefined && same(read(before), value) ? before : write(value);
};

/** Elements set over a resource; undefined takes one away. */
export function overlay(base: Resource, elements: Record<string, unknown>): Resource {
  const result: Resource = { ...base };
  for (const [name, value] of Object.entries(elements)) {
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

/** The words of the first annotation; the others stay as they are. */
export const readNote = (resource: Resource): string | null => textAt(listAt(resource, 'note')[0], 'text');

export function writeNote(
  resource: Resource,
  text: string | undefined,
  by: { at: string; who: object },
): unknown {
  const [first, ...others] = listAt(resource, 'note');
  if (same(textAt(first, 'text'), text ?? null)) return valueAt(resource, 'note');
  const written = text === undefined ? [] : [{ authorString: displayOf(by.who), time: by.at, text }];
  return written.length + others.length === 0 ? undefined : [...written, ...others];
}

const displayOf = (who: object): string | undefined => textAt(who, 'display') ?? undefined;

/** Names as FHIR has them, without those that have no value: `{ a: null }` is `{}`. */
export const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], null> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], null>;
  };

const extensionsOf = (resource: Resource, url: string): unknown[] =>
  listAt(resource, 'extension').filter((each) => textAt(each, 'url') === url);

export const readExtension = (resource: Resource, name: string): string | null =>
  textAt(extensionsOf(resource, extensionUrl(name))[0], 'valueString');

const extensionUrl = (name: string): string => `https://cochart.dev/fhir/${name}`;

/** The resource's extensions with some of ours set; undefined takes one away. */
export function withExtensions(resource: Resource, values: Record<string, string | undefined>): unknown {
  const ours = new Set(Object.keys(values).map(extensionUrl));
  const others = listAt(resource, 'extension').filter((each) => !ours.has(textAt(each, 'url') ?? ''));
  const set = Object.entries(values).flatMap(([name, valueString]) =>
    valueString === undefined ? [] : [{ url: extensionUrl(name), valueString }],
  );
  return others.length + set.length === 0 ? undefined : [...others, ...set];
}

const hl7 = 'http://terminology.hl7.org/CodeSystem';

/** A CodeableConcept of one code in one of HL7's code systems. */
export const hl7Code = (system: string, code: string): object => ({
  coding: [{ system: `${hl7}/${system}`, code }],
});

/** The one of some codes that stands in a concept. */
export const oneOf = <T extends string>(codes: readonly T[], value: unknown): T | null =>
  codes.find((code) => code === value) ?? null;

/** The one of some codes that a concept has as its first coding. */
export const codedAs = <T extends string>(codes: readonly T[], value: unknown): T | null =>
  codes.find((code) => listAt(value, 'coding').some((coding) => textAt(coding, 'code') === code)) ?? null;
