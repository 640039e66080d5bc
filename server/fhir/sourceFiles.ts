import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/** A file that is to be imported. */
export interface SourceFile {
  path: string;
  /** As a report calls it: without the folder that was named. */
  name: string;
  /** One resource a line (FHIR Bulk Data), or one resource or Bundle in all. */
  form: 'ndjson' | 'json';
  /** As it is on disk. */
  bytes: number;
  /** There is no such file. */
  missing: boolean;
}

const lines = /\.(ndjson|jsonl)(\.gz)?$/i;
const whole = /\.json(\.gz)?$/i;

/** What belongs to a bulk export without being part of the record. */
const besides = /^(manifest|package|index)\.json$|\b(error|log)s?\.ndjson(\.gz)?$/i;

/** What is meant, in the order in which references are best resolved. Folders are searched to their depth. */
export async function findSourceFiles(paths: readonly string[]): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (kind === null) found.push({ path, name: basename(path), form: 'json', bytes: 0, missing: true });
    else if (!kind.isDirectory()) found.push(sourceFile(path, basename(path), kind.size));
    else found.push(...(await inFolder(path, path)));
  }
  return found
    .map((file, index) => ({ file, index, rank: rankOf(file) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ file }) => file);
}

/** By what a file is called; one that was sent may lie elsewhere under another name. */
export const formOf = (name: string): SourceFile['form'] => (lines.test(name) ? 'ndjson' : 'json');

const sourceFile = (path: string, name: string, bytes: number): SourceFile => ({
  path,
  name,
  form: formOf(path),
  bytes,
  missing: false,
});

async function inFolder(top: string, folder: string): Promise<SourceFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: SourceFile[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    // A link to a folder may lead round in a circle; a hidden one is nobody's record.
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(await inFolder(top, path)));
    else if ((lines.test(entry.name) || whole.test(entry.name)) && !besides.test(entry.name)) {
      found.push(sourceFile(path, relative(top, path), (await stat(path)).size));
    }
  }
  return found;
}

/** Bulk files hold one type each and are named for it: what others refer to comes first. */
const typesInOrder = [
  'Organization',
  'Location',
  'HealthcareService',
  'Practitioner',
  'PractitionerRole',
  'Patient',
  'RelatedPerson',
  'Device',
  'Substance',
  'Medication',
  'Coverage',
  'CareTeam',
  'EpisodeOfCare',
  'Encounter',
  'Condition',
  'AllergyIntolerance',
  'ServiceRequest',
  'Specimen',
  'Observation',
  'Goal',
  'CarePlan',
  'Procedure',
  'MedicationRequest',
];
const typesAtTheEnd = ['Claim', 'ClaimResponse', 'ExplanationOfBenefit', 'Composition', 'List', 'Provenance'];

function rankOf({ name, form }: SourceFile): number {
  // Synthea writes hospitals and practitioners into files of their own, to which patients' files refer.
  if (/^(hospital|practitioner)Information/i.test(basename(name))) return -1;
  if (form === 'json') return 0;
  const type = /^([A-Z][A-Za-z]+)/.exec(basename(name))?.[1] ?? '';
  const first = typesInOrder.indexOf(type);
  if (first >= 0) return first + 1;
  const last = typesAtTheEnd.indexOf(type);
  return typesInOrder.length + (last < 0 ? 1 : 2 + last);
}

/** SHA-256 of a file as it is on disk; null when it cannot be read. */
export async function contentHashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
    }
  } catch {
    return null; // Reading it as a source names what is wrong.
  }
  return hash.digest('hex');
}
