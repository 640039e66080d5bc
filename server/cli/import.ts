import { parseArgs } from 'node:util';
import { nobody } from '../audit/trail.ts';
import { importFiles, type FileReport, type ImportProgress, type ImportReport } from '../fhir/importFiles.ts';
import { Stop, exit, withDatabase, type Command } from './command.ts';
import { findPaths } from './findPaths.ts';
import { openProgress } from './progress.ts';
import { namedSite } from './site.ts';

const help = `Usage: cochart import [--site <site>] [--source <source>] <file or folder> ...

Stores FHIR R4 bundles. Of a folder, every *.json file is taken. Importing the same again changes nothing. A file that
cannot be stored is named with the place of what is wrong; it leaves nothing behind and stops no other.

Options:
  --site <site>      to which patients and encounters will belong: id, label or name; the first site when left out
  --source <source>  whose ids these are, when ids are not UUIDs; the site when left out

Exit code: 0 when all is stored, 2 when all but what is named, 1 when nothing.`;

/** More than this about one file is noise; the count is always told. */
const shownProblems = 20;

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function refusedLines({ name, problems }: FileReport): string[] {
  const shown = problems
    .slice(0, shownProblems)
    .map(({ place, message }) => `  at ${place || 'the start'}: ${message}`);
  const more = problems.length - shown.length;
  return [
    `${name} was not stored:`,
    ...shown,
    ...(more > 0 ? [`  and ${plural(more, 'other problem')}`] : []),
  ];
}

const progressLine = ({ file, files, name, stage, done, entries }: ImportProgress): string => {
  const part = entries > 0 ? ` ${Math.floor((100 * done) / entries)} %` : '';
  return `[${file}/${files}] ${stage}${part}  ${name}`;
};

/** Files that were stored and files that were not, judged together with what was named and not found. */
function exitCode({ totals }: ImportReport, missing: number): number {
  const stored = totals.files - totals.refused;
  if (stored === 0) return exit.failed;
  return totals.refused + missing === 0 ? exit.done : exit.partly;
}

async function run(args: string[]): Promise<number> {
  const options = { site: { type: 'string' }, source: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === 0) throw new Stop('name a file or a folder. See cochart import --help.');
  const { paths, missing } = findPaths(positionals);
  for (const each of missing) console.error(`cochart import: ${each} is not there.`);
  if (paths.length === 0) return exit.failed;
  return withDatabase(async ({ reader, writer, now }) => {
    const site = await namedSite(reader, values.site);
    const progress = openProgress();
    const report = await importFiles(
      { reader, writer, now },
      {
        paths,
        siteId: site.id,
        source: values.source ?? site.id,
        actor: nobody,
        onProgress: (each) => {
          if (each.stage !== 'stored' && each.stage !== 'refused') return progress.show(progressLine(each));
          progress.clear();
          console.log(`[${each.file}/${each.files}] ${each.stage}  ${each.name}`);
        },
      },
    );
    progress.clear();
    for (const file of report.files) {
      if (file.outcome === 'refused') for (const line of refusedLines(file)) console.log(line);
    }
    const open = report.files.reduce((sum, { unresolved }) => sum + unresolved.length, 0);
    if (open > 0) console.log(`${plural(open, 'reference')} to nothing known, kept as they stand.`);
    const { files, refused, created, updated, unchanged } = report.totals;
    console.log(
      `${files - refused} of ${plural(files, 'file')} stored at ${site.name}: ` +
        `${created} new, ${updated} updated, ${unchanged} unchanged.`,
    );
    return exitCode(report, missing.length);
  });
}

export const importCommand: Command = { summary: 'store FHIR bundles from files and folders', help, run };
