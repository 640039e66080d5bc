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
} from '../../shared/patients/observations.ts';
import type { Series } from '../../shared/patients/schema.ts';
import type { Reader } from '../db/reader.ts';
import { readOnRecord } from './onRecord.ts';
import { isFor, readTargets } from './targets.ts';

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
  const records = read.slice(0, most).filter(({ resource }) => isUsable(resource));
  const several = severalSources(records);
  const values = records
    .map(({ resource }) => ({ key: `Observation/${resource.id}`, value: interpretObservation(resource) }))
    .filter(({ value }) => value.category === category && saysSomething(value))
    .flatMap(({ key, value }) => {
      const known = several.get(key);
      if (known === undefined) return [value];
      return known.isKept ? [{ ...value, ...(known.sources && { sources: known.sources }) }] : [];
    });
  const panels = await panelsOf(reader, patientId);
  const targets = await readTargets(reader, patientId);
  const oldest = read.length > most ? read[most - 1]! : null;
  return {
    series: toSeries(values, most).map((series) => ({
      ...series,
      panel: panelOf(series, panels),
      targets: targets.filter((target) => isFor(target, series)).map(({ value }) => value),
    })),
    // What happened at that very moment may be cut in two: it comes again with the older ones.
    before: oldest?.occurredAt ?? null,
  };
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
