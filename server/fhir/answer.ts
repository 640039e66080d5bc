import type { Context } from 'hono';
import type { Config } from '../config.ts';
import type { Env } from '../http/route.ts';
import { parseJson, writeJson } from '../records/json.ts';
import type { StoredVersion } from '../records/recordStore.ts';
import { etag, isPretty } from './negotiate.ts';

/** An answer in FHIR's JSON. */
export const answer = (c: Context<Env>, resource: unknown, status = 200): Response =>
  c.body(isPretty(c) ? writeJson(resource, 2) : writeJson(resource), status as 200, {
    'Content-Type': 'application/fhir+json; charset=utf-8',
  });

/** The stored resource with the version and the time at which this service put it on record. */
export function withVersion({
  json,
  versionId,
  recordedAt,
}: Pick<StoredVersion, 'json' | 'versionId' | 'recordedAt'>): Record<string, unknown> {
  const resource = parseJson(json) as Record<string, unknown>;
  const meta = (resource.meta ?? {}) as Record<string, unknown>;
  return { ...resource, meta: { ...meta, versionId: String(versionId), lastUpdated: recordedAt } };
}

export function describeVersion(c: Context<Env>, { versionId, recordedAt }: StoredVersion): void {
  c.header('ETag', etag(versionId));
  c.header('Last-Modified', new Date(recordedAt).toUTCString());
}

/** The address of the API as this caller reaches it. */
export const baseUrl = (c: Context<Env>, { publicUrl }: Pick<Config, 'publicUrl'>): string =>
  `${publicUrl ?? new URL(c.req.url).origin}/fhir/R4`;
