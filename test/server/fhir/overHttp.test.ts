import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUuid, uuidOf } from '../../../server/fhir/uuid.ts';
import { parseJson, writeJson } from '../../../server/records/json.ts';
import { systems } from '../../../shared/patients/codes.ts';
import { canonicalJson } from '../../../shared/signing/content.ts';
import { fhirApi, type FhirApi } from '../../support/fhir.ts';
import { people, siteA } from '../../support/people.ts';
import { sampleData } from '../../support/samples.ts';

type Json = Record<string, unknown>;
interface Entry {
  fullUrl?: string;
  resource: Json;
}
interface Made {
  response: { status: string; location: string };
}

const plain = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;

/** Where a reference leads to that names type and id of a source: the same UUID whichever file it stands in. */
function placeOf(reference: string, links: ReadonlyMap<string, string>): string {
  const [, type, id] = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/.exec(reference) ?? [];
  const elsewhere = type === undefined || id === undefined || isUuid(id);
  return links.get(reference) ?? (elsewhere ? reference : `${type}/${uuidOf(siteA, reference)}`);
}

/** What was sent, as it should be read back: references by address name type and id; nothing else differs. */
function expected(value: unknown, links: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => expected(item, links));
  if (!plain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'reference' ? placeOf(String(member), links) : expected(member, links),
    ]),
  );
}

const isSourceId = (value: unknown): boolean => (value as Json | undefined)?.system === systems.sourceId;
const without = (list: unknown): unknown[] | undefined => {
  const rest = (Array.isArray(list) ? list : []).filter((each) => !isSourceId(each));
  return rest.length > 0 ? rest : undefined;
};

/** Without what the service adds: the version, and the id that gave way to a UUID. */
function asSent({ meta, identifier, ...rest }: Json): Json {
  const { versionId: _version, lastUpdated: _updated, tag, ...kept } = (meta ?? {}) as Json;
  const tags = without(tag);
  const own = Array.isArray(identifier)
    ? without(identifier)
    : isSourceId(identifier)
      ? undefined
      : identifier;
  const about = { ...kept, ...(tags && { tag: tags }) };
  return {
    ...rest,
    ...(Object.keys(about).length > 0 && { meta: about }),
    ...(own === undefined ? {} : { identifier: own }),
  };
}

describe.runIf(sampleData !== null)('brought over with one POST', () => {
  let api: FhirApi;
  beforeAll(async () => {
    api = await fhirApi();
  });
  afterAll(() => api.close());

  async function roundTrip(bundle: { entry: Entry[] }): Promise<number> {
    const answer = await api.ask(people.admin, 'POST', '', writeJson(bundle));
    expect([answer.status, answer.body.issue]).toEqual([200, undefined]);
    const made = answer.body.entry as Made[];
    const targets = made.map(({ response }) => response.location.replace(/\/_history\/\d+$/, ''));
    const links = new Map(
      bundle.entry.flatMap(({ fullUrl, resource }, index): [string, string][] => [
        ...(fullUrl === undefined ? [] : [[fullUrl, targets[index]!] as [string, string]]),
        [`${String(resource.resourceType)}/${String(resource.id)}`, targets[index]!],
      ]),
    );
    const wrong: string[] = [];
    for (const [index, { resource }] of bundle.entry.entries()) {
      const read = await api.ask(people.attending, 'GET', `/${targets[index]!}`);
      const back = asSent(parseJson(read.text) as Json);
      const sent = { ...(expected(asSent(resource), links) as Json), id: back.id };
      if (canonicalJson(back) !== canonicalJson(sent)) wrong.push(targets[index]!);
    }
    expect(wrong).toEqual([]);
    return bundle.entry.length;
  }

  it('the US Core examples are read back as they were sent', async () => {
    const folder = join(sampleData!, 'fhir/us-core');
    const entry: Entry[] = [];
    for (const name of await readdir(folder))
      entry.push({ resource: parseJson(await readFile(join(folder, name), 'utf8')) as Json });
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    expect(await roundTrip(bundle)).toBe(55);
  });

  it('what Synthea made of a patient is read back as it was sent, and every kind of what it makes', async () => {
    const folder = join(sampleData!, 'fhir/synthea');
    const kinds = new Set<string>();
    let compared = 0;
    for (const name of (await readdir(folder)).toSorted()) {
      const { entry, ...bundle } = parseJson(await readFile(join(folder, name), 'utf8')) as {
        entry: Entry[];
      };
      // Thousands of the same kind are read back from the record itself, in `samples.test.ts`.
      const few = entry.filter(({ resource }, index) => {
        const kind = String(resource.resourceType);
        const isNew = !kinds.has(kind);
        kinds.add(kind);
        return isNew || index % 40 === 0;
      });
      compared += await roundTrip({ ...bundle, entry: few });
    }
    expect(compared).toBeGreaterThan(kinds.size);
  }, 60_000);
});
