import type { ChartResults, ResultCategory } from '../../shared/patients/chartViews.ts';
import { severalSources } from '../../shared/patients/duplicates.ts';
import {
  conceptText,
  listAt,
  referencedId,
  valueAt,
  type Resource,
} from '../../shared/patients/fhirValue.ts';
import {
  interpretObservation,
  isUsable,
  saysSomething,
  toSeries,
  writtenUnitOf,
} from '../../shared/patients/observations.ts';
import type { Series } from '../../shared/patients/schema.ts';
import type { Reader } from '../db/reader.ts';
import { inOneUnit, unitsMostUsed, type WrittenUnits } from './oneUnit.ts';
import { readOnRecord, type OnRecord } from './onRecord.ts';
import { readTargets, targetsFor } from './targets.ts';

/** Observations of one answer; older ones follow on request. */
const mostAtOnce = 4_000;

/** All values of a category as series, each with the panel that its newest value came in. */
export async function readResults(
  reader: Reader,
  patientId: string,
  category: ResultCategory,
  { before, most = mostAtOnce }: { before?: string | undefined; most?: number } = {},
): Promise<ChartResults> {
  const read = await readOnRecord(reader, patientId, ['Observation'], {
    most: most + 1,
    ...(before === undefined ? {} : { before }),
  });
  const records = read.slice(0, most);
  // Pages go together: all take the unit that the newest has most.
  const newest =
    before === undefined ? records : await readOnRecord(reader, patientId, ['Observation'], { most });
  const units = unitsMostUsed(byUnit(newest, category), writtenUnits(newest));
  const series = await inOneUnit(byUnit(records, category), writtenUnits(records), units);
  const panels = await panelsOf(reader, patientId);
  const targets = await readTargets(reader, patientId);
  const oldest = read.length > most ? read[most - 1]! : null;
  return {
    series: await Promise.all(
      series.map(async (each) => ({
        ...each,
        panel: panelOf(each, panels),
        targets: await targetsFor(each, targets),
      })),
    ),
    // What happened at that very moment may be cut in two: it comes again with the older ones.
    before: oldest?.occurredAt ?? null,
  };
}

const writtenUnits = (records: readonly OnRecord[]): WrittenUnits =>
  new Map(records.map(({ resource }) => [resource.id, writtenUnitOf(resource)]));

function byUnit(records: readonly OnRecord[], category: ResultCategory): Series[] {
  const usable = records.filter(({ resource }) => isUsable(resource));
  const several = severalSources(usable);
  const values = usable
    .map(({ resource }) => ({ key: `Observation/${resource.id}`, value: interpretObservation(resource) }))
    .filter(({ value }) => value.category === category && saysSomething(value))
    .flatMap(({ key, value }) => {
      const known = several.get(key);
      if (known === undefined) return [value];
      return known.isKept ? [{ ...value, ...(known.sources && { sources: known.sources }) }] : [];
    });
  return toSeries(values, values.length);
}

const panelOf = (series: Series, panels: ReadonlyMap<string, string>): string | null => {
  for (let index = series.points.length - 1; index >= 0; index--) {
    const panel = panels.get(series.points[index]!.id);
    if (panel !== undefined) return panel;
  }
  return null;
};

/** The name of the report that each result came in, by the observation's id. */
async function panelsOf(reader: Reader, patientId: string): Promise<Map<string, string>> {
  const reports = await readOnRecord(reader, patientId, ['DiagnosticReport']);
  const panels = new Map<string, string>();
  for (const { resource } of reports) {
    const name = conceptText(valueAt(resource, 'code'));
    if (name === null || !isUsable(resource)) continue;
    for (const id of resultsOf(resource)) if (!panels.has(id)) panels.set(id, name);
  }
  return panels;
}

const resultsOf = (report: Resource): string[] =>
  listAt(report, 'result').flatMap((each) => referencedId(each, 'Observation') ?? []);
