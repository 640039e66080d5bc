import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { nobody } from '../audit/trail.ts';
import { importFiles } from '../fhir/importFiles.ts';
import type { FileReport, ImportProgress, ImportReport, ImportTotals } from '../fhir/importReport.ts';
import { Stop, exit, withDatabase, type Command } from './command.ts';
import { findPaths } from './findPaths.ts';
import { amount, bytesWords, openProgress, timeLeft } from './progress.ts';
import { namedSite } from './site.ts';

const help = `Usage: cochart import [--site <site>] [--source <source>] [--report <file>] <file or folder> ...

Stores FHIR R4: Bundles (transaction, batch, collection, searchset), single resources, and NDJSON with one resource a
line, as FHIR Bulk Data names it (Patient.ndjson, Observation.0001.ndjson.gz). Of a folder, every *.json and *.ndjson
file is taken, also packed as .gz, to the folder's depth. Patterns with * ? [a-z] and ** are understood.

Importing the same again changes nothing. What was cut off goes on where it was when the same is imported again.
A Bundle is stored whole or not at all and takes up to 64 MiB; of NDJSON every line that can be stored is stored. What
is left out is named with its file, its place and the reason, and stops nothing else.

Options:
  --site <site>      to which patients and encounters will belong: id, label or name; the first site when left out
  --source <source>  whose ids these are, when ids are not UUIDs; the site when left out
  --report <file>    writes what became of each file as JSON; the service shows it to administrators too

Exit code: 0 when all is stored, 2 when all but what is named, 1 when nothing.`;

/** More than this about one file is noise; the count is always told. */
const shownProblems = 20;

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function leftOutLines({ name, outcome, problems, leftOut }: FileReport): string[] {
  const shown = problems
    .slice(0, shownProblems)
    .map(({ place, message }) => `  at ${place || 'the start'}: ${message}`);
  const more = leftOut - shown.length;
  return [
    outcome === 'refused' ? `${name} was not stored:` : `${name} was stored without:`,
    ...shown,
    ...(more > 0 ? [`  and ${plural(more, 'other problem')}`] : []),
  ];
}

function progressLine(each: ImportProgress, startedAt: number): string {
  const { file, files, name, stage, done, entries, bytes, totalBytes } = each;
  const count = entries > 0 ? amount(entries) : amount(done);
  const left = timeLeft(bytes, totalBytes, performance.now() - startedAt);
  return [
    `[${file}/${files}] ${stage}`,
    ...(done + entries > 0 ? [`${count} entries`] : []),
    `${bytesWords(bytes)} of ${bytesWords(totalBytes)}`,
    ...(left === null ? [] : [`${left} left`]),
    name,
  ].join('  ');
}

/** Files that were stored and files that were not, judged together with what was named and not found. */
function exitCode({ files, refused, partly }: ImportTotals, missing: number): number {
  if (files - refused === 0) return exit.failed;
  return refused + partly + missing === 0 ? exit.done : exit.partly;
}

function reportLines({ files, totals }: ImportReport, siteName: string): string[] {
  const open = files.reduce((sum, { unresolvedCount }) => sum + unresolvedCount, 0);
  const leftOut = totals.leftOut === 0 ? '' : `, ${totals.leftOut} left out`;
  return [
    ...files.filter((file) => file.leftOut > 0).flatMap(leftOutLines),
    ...(open > 0 ? [`${plural(open, 'reference')} to nothing known, kept as they stand.`] : []),
    `${totals.files - totals.refused} of ${plural(totals.files, 'file')} stored at ${siteName}: ` +
      `${totals.created} new, ${totals.updated} updated, ${totals.unchanged} unchanged${leftOut}.`,
  ];
}

/** @throws Stop */
async function writeReport(path: string, report: object): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Stop(`the report cannot be written to ${path} (${code ?? 'unknown reason'}).`);
  }
}

async function run(args: string[]): Promise<number> {
  const options = {
    site: { type: 'string' },
    source: { type: 'string' },
    report: { type: 'string' },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (positionals.length === 0) throw new Stop('name a file or a folder. See cochart import --help.');
  const { paths, missing } = findPaths(positionals);
  for (const each of missing) console.error(`cochart import: ${each} is not there.`);
  if (paths.length === 0) return exit.failed;
  return withDatabase(async ({ reader, writer, now }) => {
    const site = await namedSite(reader, values.site);
    const progress = openProgress();
    const startedAt = performance.now();
    const report = await importFiles(
      { reader, writer, now },
      {
        paths,
        siteId: site.id,
        source: values.source ?? site.id,
        actor: nobody,
        onProgress: (each) => {
          const isUnderWay = ['reading', 'checking', 'writing'].includes(each.stage);
          if (isUnderWay) return progress.show(progressLine(each, startedAt));
          progress.clear();
          console.log(`[${each.file}/${each.files}] ${each.stage}  ${each.name}`);
        },
      },
    );
    progress.clear();
    for (const line of reportLines(report, site.name)) console.log(line);
    if (values.report !== undefined) await writeReport(values.report, { ...report, missing });
    return exitCode(report.totals, missing.length);
  });
}

export const importCommand: Command = {
  summary: 'store FHIR from files and folders: Bundles, NDJSON, single resources',
  help,
  run,
};
