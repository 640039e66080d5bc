import { no, ok, type Result } from '../../shared/wire/result.ts';
import { parseJson } from '../records/json.ts';
import type { ImportProblem } from './importReport.ts';

/** No R4 resource that means something is deeper than some 30 levels, and what recurses must not meet thousands. */
const deepest = 64;

/** Members that could become an object's prototype somewhere; FHIR has no element of these names. */
const prototypes = new Set(['__proto__', 'constructor', 'prototype']);

/** A text as JSON that keeps its decimals, or what is wrong with it; a place is a line and column. Never quotes it. */
export function readJson(text: string): Result<unknown, ImportProblem> {
  const tooDeep = firstTooDeep(text);
  if (tooDeep !== null) {
    return no({ place: lineAndColumn(text, tooDeep), message: `Nested deeper than ${deepest} levels.` });
  }
  let value: unknown;
  try {
    // A byte order mark is no part of JSON, and common.
    value = parseJson(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = Number(error.message.match(/position (\d+)/)?.[1] ?? text.length);
    const message = error.message.startsWith('Duplicate key')
      ? 'A member stands twice with different values.'
      : 'This is not JSON.';
    return no({ place: lineAndColumn(text, position), message });
  }
  return namesPrototype(value)
    ? no({ place: '', message: 'A member has a name that FHIR has no element for.' })
    : ok(value);
}

/** Where nesting exceeds the limit, found without recursion. */
function firstTooDeep(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > deepest) return at;
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
  return null;
}

const namesPrototype = (value: unknown): boolean =>
  value !== null &&
  typeof value === 'object' &&
  Object.entries(value).some(([name, member]) => prototypes.has(name) || namesPrototype(member));

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}
