import { listAt, textAt, valueAt } from '../../shared/patients/fhirValue.ts';
import { no, type Result } from '../../shared/wire/result.ts';
import { checkBundle, type Bundle } from './bundle.ts';
import type { ImportProblem } from './importReport.ts';
import { readJson } from './json.ts';
import type { SourceBytes } from './sourceBytes.ts';

/**
 * A Bundle is stored whole or not at all, so all of it is in memory at once, and its transaction travels to the
 * writer in one frame. What is larger than this belongs into NDJSON, bytes of text.
 */
export const largestBundle = 64 * 1024 * 1024;

/** A file of JSON as the bundle it is, or as one of which its resource is the only entry. */
export async function readSourceBundle(source: SourceBytes): Promise<Result<Bundle, ImportProblem[]>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > largestBundle) {
      const most = `${largestBundle / 1024 / 1024} MiB`;
      return no([
        { place: '', message: `This is larger than ${most}. Import it as NDJSON, or in several Bundles.` },
      ]);
    }
    chunks.push(chunk);
  }
  return bundleOf(Buffer.concat(chunks));
}

/** A text's bytes as a bundle: of a file, or of a line. */
export function bundleOf(bytes: Buffer): Result<Bundle, ImportProblem[]> {
  const text = decoded(bytes);
  if (text === null) return no([{ place: '', message: 'This is not UTF-8 text.' }]);
  const json = readJson(text);
  return json.ok ? asBundle(json.value) : no([json.error]);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decoded(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function asBundle(json: unknown): Result<Bundle, ImportProblem[]> {
  const type = textAt(json, 'resourceType');
  if (type === 'Bundle') return checkBundle(textAt(json, 'type') === 'searchset' ? found(json) : json);
  if (type === null) {
    return no([{ place: '/resourceType', message: 'This is neither a Bundle nor a resource.' }]);
  }
  const single = checkBundle({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: json }] });
  return single.ok ? single : no(single.error.map(inTheOnlyEntry));
}

/** What a search found, without what the server said about the search. */
const found = (json: unknown): object => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: listAt(json, 'entry').filter((entry) => valueAt(entry, 'search', 'mode') !== 'outcome'),
});

const onlyEntry = '/entry/0/resource';

const inTheOnlyEntry = ({ place, message }: ImportProblem): ImportProblem => ({
  place: place.startsWith(onlyEntry) ? place.slice(onlyEntry.length) : place,
  message,
});
