import { isInteger, LosslessNumber, parse, stringify } from 'lossless-json';
import { takeLongStrings } from './longStrings.ts';
import { parsePlainJson } from './plainJson.ts';

/**
 * JSON that keeps a decimal's digits: in FHIR `1.50` and `1.5` differ in precision (R4, 2.24.0.1, decimal), and a
 * JavaScript number cannot tell them apart. A number whose text is not what JavaScript would write stays a
 * `LosslessNumber`; every other one is a number.
 */
const parseNumber = (text: string): number | LosslessNumber => {
  const value = Number(text);
  return isNumber(text, value) ? value : new LosslessNumber(text);
};

const isNumber = (text: string, value = Number(text)): boolean =>
  String(value) === text || (isInteger(text) && Number.isSafeInteger(value));

/** @throws SyntaxError, also for a key that stands twice with different values */
export function parseJson(text: string): unknown {
  const plain = parsePlainJson(text, isNumber);
  return plain === undefined ? parseWithCare(text) : plain;
}

/** Reads what the plain parser would not keep as it stands, and says where a text is broken. */
function parseWithCare(text: string): unknown {
  const short = takeLongStrings(text);
  if (!short) return parse(text, undefined, parseNumber);
  try {
    return parse(short.text, (_key, value) => short.restore(value), parseNumber);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const inWhole = (_match: string, position: string): string =>
      `position ${short.placeOf(Number(position))}`;
    throw new SyntaxError(error.message.replace(/position (\d+)/, inWhole));
  }
}

export function writeJson(value: unknown, indent?: number): string {
  const text = stringify(value, undefined, indent);
  if (text === undefined) throw new TypeError('JSON cannot carry this value.');
  return text;
}
