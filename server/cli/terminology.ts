import { asc, eq } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { catalogueCategories, type CatalogueCategory } from '../../shared/orders/catalogue.ts';
import { nobody } from '../audit/trail.ts';
import { detect } from '../terminology/formats/detect.ts';
import { loadRelease, removeRelease, type Loaded } from '../terminology/load.ts';
import { BadRelease, type ReadOptions } from '../terminology/release.ts';
import { starterCatalogue } from '../terminology/starter.ts';
import { terminologyReleases } from '../terminology/tables.ts';
import { exit, Stop, withDatabase, type Command, type Surroundings } from './command.ts';
import { findPaths } from './findPaths.ts';
import { openProgress, type Progress } from './progress.ts';

const help = `Usage: cochart terminology load <path…> [--system <url>] [--version <version>] [--category <category>]
       cochart terminology list
       cochart terminology remove <url>

load takes in code systems, value sets and concept maps. What is in a file is found out by looking into it:
  RxNorm       a folder with RXNCONSO.RRF and RXNREL.RRF
  ICD-10-CM    the order file of the CDC and CMS
  LOINC        Loinc.csv
  CVX          the CDC's list, parted by bars
  FHIR R4      CodeSystem, ValueSet, ConceptMap or a Bundle of them, JSON or XML
  CSV          columns code and display, and system where --system is not given; also: other names, parted by ;
Each file may be packed with gzip. A release takes the place of the one before it in one step, when all of it is in.

Options of load:
  --system <url>         the code system of a CSV; for a ValueSet: its codes are all that there is of that system
  --version <version>    when the file does not say it
  --category <category>  what its codes are found as: ${catalogueCategories.slice(0, 8).join(', ')},
                         ${catalogueCategories.slice(8).join(', ')}

Exit code: 0 when all is done, 2 when some files could not be loaded, 1 when nothing was done.`;

const isCategory = (text: string): text is CatalogueCategory =>
  (catalogueCategories as readonly string[]).includes(text);

async function load(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { system: { type: 'string' }, version: { type: 'string' }, category: { type: 'string' } },
  });
  const { paths, missing } = findPaths(positionals);
  if (missing.length > 0) throw new Stop(`${missing.join(', ')}: there is no such file or folder.`);
  if (paths.length === 0) throw new Stop('Name at least one file or folder. See cochart terminology --help.');
  const { category } = values;
  if (category !== undefined && !isCategory(category)) {
    throw new Stop(`--category is one of: ${catalogueCategories.join(', ')}.`);
  }
  const options: ReadOptions = { system: values.system, version: values.version, category };
  return withDatabase(async (surroundings) => {
    const progress = openProgress();
    const notices = new Set<string>();
    let failed = 0;
    for (const path of paths) {
      try {
        for await (const loaded of loadPath(surroundings, path, options, progress)) {
          progress.clear();
          console.log(lineOf(loaded));
          if (loaded.incomplete !== null) console.log(`  ${loaded.incomplete}`);
          if (loaded.notice !== null) notices.add(loaded.notice);
        }
      } catch (error) {
        if (!(error instanceof BadRelease)) throw error;
        progress.clear();
        console.error(error.message);
        failed += 1;
      }
    }
    for (const notice of notices) console.log(`\n${notice}`);
    if (failed === 0) return exit.done;
    return failed === paths.length ? exit.failed : exit.partly;
  });
}

/** @throws BadRelease */
async function* loadPath(
  surroundings: Surroundings,
  path: string,
  options: ReadOptions,
  progress: Progress,
): AsyncGenerator<Loaded> {
  const { files, read } = await detect(path);
  const digest = await digestOf(files, options);
  for (const release of await read(options)) {
    const { title } = release.head;
    yield await loadRelease(surroundings, release, {
      source: basename(path),
      digest,
      actor: nobody,
      onProgress: (entries) => progress.show(`${title}: ${entries.toLocaleString('en')} entries`),
    });
  }
}

/** What was read and how: the same twice is nothing new. */
async function digestOf(files: string[], options: ReadOptions): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const counted = (entries: number): string =>
  `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`;

const lineOf = ({ url, version, entries, outcome }: Loaded): string =>
  `${url}${version === null ? '' : ` ${version}`}: ${counted(entries)}, ` +
  { loaded: 'loaded.', replaced: 'loaded in place of the release before.', unchanged: 'is there already.' }[
    outcome
  ];

async function list(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  return withDatabase(async ({ reader }) => {
    const rows = await reader
      .select()
      .from(terminologyReleases)
      .where(eq(terminologyReleases.status, 'current'))
      .orderBy(asc(terminologyReleases.kind), asc(terminologyReleases.url));
    console.log(`starter set: ${counted(starterCatalogue.length)}, always there`);
    for (const { url, version, title, format, source, entries, loadedAt, incomplete } of rows) {
      console.log(`${url}${version === null ? '' : ` ${version}`}`);
      console.log(`  ${title}: ${counted(entries)} from ${source} (${format}), ${loadedAt.slice(0, 10)}`);
      if (incomplete !== null) console.log(`  ${incomplete}`);
    }
    return exit.done;
  });
}

async function remove(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [url, ...rest] = positionals;
  if (url === undefined || rest.length > 0)
    throw new Stop('Name one address, as cochart terminology list shows it.');
  return withDatabase(async (surroundings) => {
    if (!(await removeRelease(surroundings, url, nobody))) throw new Stop(`${url} is not loaded.`);
    console.log(`${url} is removed.`);
    return exit.done;
  });
}

const acts: Record<string, (args: string[]) => Promise<number>> = { load, list, remove };

export const terminologyCommand: Command = {
  summary: 'load, list and remove code systems, value sets and concept maps',
  help,
  run: async ([name, ...args]) => {
    const act = name !== undefined && Object.hasOwn(acts, name) ? acts[name] : undefined;
    if (!act) throw new Stop('Say load, list or remove. See cochart terminology --help.');
    return act(args);
  },
};
