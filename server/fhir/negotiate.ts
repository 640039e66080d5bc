import type { Context, MiddlewareHandler } from 'hono';
import { refuse } from '../../shared/wire/refusals.ts';
import { refused, Refused, type Env } from '../http/route.ts';

/** What `_format` and `Accept` may name: FHIR R4, 3.1.0.1.11, and what browsers and older clients say. */
const jsonTypes = new Set([
  'json',
  'application/json',
  'application/fhir+json',
  'application/json+fhir',
  'text/json',
  'application/*',
  '*/*',
]);

const nameOf = (mediaType: string): string =>
  mediaType.split(';', 1)[0]!.trim().toLowerCase().replace('fhir json', 'fhir+json');

/** Answers are JSON alone: who asks for nothing but something else hears so before anything is done. */
export const answersInJson: MiddlewareHandler<Env> = async (c, next) => {
  // A bare `+` in a query is a space: `_format=application/fhir+json`.
  const format = c.req.query('_format');
  const accept = c.req.header('Accept');
  const wanted = format === undefined ? accept?.split(',') : [format];
  if (wanted !== undefined && wanted.length > 0 && !wanted.some((each) => jsonTypes.has(nameOf(each))))
    throw new Refused(refuse('not-acceptable', 'Ask for application/fhir+json.'));
  await next();
};

export const isPretty = (c: Context<Env>): boolean => c.req.query('_pretty') === 'true';

export type Return = 'minimal' | 'representation' | 'OperationOutcome';

/** What a write is to be answered with (RFC 7240, and FHIR R4, 3.1.0.1.6). */
export function preferredReturn(c: Context<Env>): Return {
  const named = c.req.header('Prefer')?.match(/\breturn\s*=\s*"?(minimal|representation|OperationOutcome)\b/);
  return (named?.[1] as Return | undefined) ?? 'representation';
}

/** The version that a header such as `W/"3"` names; null without one. @throws Refused `invalid` for another form */
export function versionIn(header: string | undefined): number | null {
  if (header === undefined) return null;
  const version = header.trim().match(/^(?:W\/)?"?(\d{1,9})"?$/)?.[1];
  if (version === undefined) throw refused('invalid', 'If-Match names a version as W/"3".');
  return Number(version);
}

export const etag = (versionId: number): string => `W/"${versionId}"`;
