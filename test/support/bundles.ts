import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Json = Record<string, unknown>;

/** A bundle in which each resource has a `urn:uuid` address, as transactions have. */
export const transaction = (...resources: Json[]): Json => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({
    ...(typeof resource.id === 'string' ? { fullUrl: `urn:uuid:${resource.id}` } : {}),
    resource,
    request: { method: 'POST', url: resource.resourceType },
  })),
});

/** Files of a folder of their own: strings as they are, anything else as JSON. */
export async function folderOf(files: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cochart-bundles-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** UUIDs that can be told apart by eye. */
export const uuid = (number: number): string => `c0de0000-0000-4000-8000-${String(number).padStart(12, '0')}`;
