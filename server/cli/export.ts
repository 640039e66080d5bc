import { and, eq, or } from 'drizzle-orm';
import { parseArgs } from 'node:util';
import { nobody } from '../audit/trail.ts';
import type { Reader } from '../db/reader.ts';
import { exportFiles } from '../fhir/exportFiles.ts';
import type { ExportScope } from '../fhir/exportRecord.ts';
import { patients } from '../records/tables.ts';
import { Stop, exit, withDatabase, type Command } from './command.ts';
import { amount, bytesWords, openProgress } from './progress.ts';
import { namedSite } from './site.ts';

const help = `Usage: cochart export --out <folder> [--patient <id or MRN>] [--site <site>] [--history] [--gz]

Writes the record as FHIR R4 NDJSON, a file for each resource type and a manifest.json once all is there. Imported into
an empty database it is the same record. Of a patient, the practitioners, organisations, places and medicines that the
record refers to come along.

Options:
  --out <folder>     where to; it must be empty or not there yet
  --patient <id>     only this patient's record: the resource's id, or a medical record number
  --site <site>      only what this site keeps: id, label or name; every site when left out
  --history          every version with its number and time instead of the current ones
  --gz               packed with gzip

The files hold charts: whoever can read them can read all of it. They are readable by your account alone; keep them so.

What is damaged on record is left out and named, here and in error.ndjson; cochart verify finds all of it.

Exit code: 0 when all is written, 2 when all but what is damaged, 1 when not.`;

/** @throws Stop */
async function patientIn(reader: Reader, named: string, siteId: string | undefined): Promise<ExportScope> {
  const rows = await reader
    .select({ id: patients.id, siteId: patients.siteId })
    .from(patients)
    .where(
      and(
        or(eq(patients.id, named), eq(patients.mrn, named)),
        siteId === undefined ? undefined : eq(patients.siteId, siteId),
      ),
    )
    .limit(2);
  const [patient, another] = rows;
  if (!patient) throw new Stop(`there is no patient ${named}.`);
  if (another) throw new Stop(`${named} is more than one patient: name the site, or the id.`);
  return { patientId: patient.id, siteId: patient.siteId };
}

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: 'string' },
      patient: { type: 'string' },
      site: { type: 'string' },
      history: { type: 'boolean', default: false },
      gz: { type: 'boolean', default: false },
    },
  });
  const { out: folder, patient, site, history, gz } = values;
  if (folder === undefined) throw new Stop('say where to: --out <folder>. See cochart export --help.');
  return withDatabase(async ({ reader, writer, now }) => {
    const siteId = site === undefined ? undefined : (await namedSite(reader, site)).id;
    const scope: ExportScope =
      patient === undefined
        ? siteId === undefined
          ? {}
          : { siteId }
        : await patientIn(reader, patient, siteId);
    const progress = openProgress();
    const exported = await exportFiles(
      { reader, writer, now },
      {
        scope: { ...scope, history },
        folder,
        gzip: gz,
        actor: nobody,
        onProgress: ({ type, resources }) => progress.show(`${amount(resources)} resources  ${type}`),
      },
    );
    progress.clear();
    if (!exported.ok) throw new Stop(exported.error);
    const { files, damaged } = exported.value;
    const all = files.reduce((sum, { resources }) => sum + resources, 0);
    for (const { name, resources, bytes } of files)
      console.log(`${name}  ${resources}  ${bytesWords(bytes)}`);
    console.log(`${all} ${history ? 'versions' : 'resources'} written to ${folder}.`);
    for (const { entity, version } of damaged)
      console.error(`left out: ${entity}, version ${version}, is damaged.`);
    return damaged.length === 0 ? exit.done : exit.partly;
  });
}

export const exportCommand: Command = { summary: 'write the record as FHIR NDJSON', help, run };
