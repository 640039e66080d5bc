import type { NoteLine } from '../../shared/documents/note.ts';
import { blocksOf } from '../../shared/patients/documentText.ts';
import type { Allergy, ObservationValue, Series } from '../../shared/patients/schema.ts';
import { ageWords } from '../../shared/units/age.ts';
import { dateIn, formatDate, formatDateTime } from '../../shared/units/dates.ts';
import { formatMrn, formatNationalNumber } from '../../shared/units/identifiers.ts';
import { formatQuantity } from '../../shared/units/dose.ts';
import { Paper, type Frame, type Sheet } from './paper.ts';
import type { PrintedChart, SignedNote } from './printedChart.ts';
import { drawTrends, trendsOf } from './trends.ts';

export interface Printing {
  at: Date;
  timeZone: string;
  /** Who prints, and where. */
  by: string;
  site: string;
  /** Entries that are damaged on record, as `Type/id`. */
  missing: readonly string[];
}

type Recorded<T> =
  { state: 'listed'; items: T[] } | { state: 'none' | 'unknown'; at?: string | null; by?: string | null };

/** Times as the site's clocks show them, dates as the source knows them. */
const clockOf = (timeZone: string) => ({
  date: (at: string | null): string => (at === null ? 'not recorded' : formatDate(at, timeZone)),
  time: (at: string | null): string => {
    if (at === null) return 'not recorded';
    return /T\d/.test(at) ? formatDateTime(at, timeZone) : formatDate(at, timeZone);
  },
});

/** A chart on paper: made page by page into the paper's stream. */
export function printChart(paper: Paper, chart: PrintedChart, printing: Printing): void {
  const clock = clockOf(printing.timeZone);

  const list = <T>(
    title: string,
    { items, none }: { items: Recorded<T>; none: string },
    columns: [title: string, share: number, cell: (item: T) => string][],
  ): void => {
    paper.heading(title);
    if (items.state === 'listed' && items.items.length > 0) {
      paper.table(
        columns.map(([name, share]) => ({ title: name, share })),
        items.items.map((item) => columns.map(([, , cell]) => cell(item))),
      );
    } else if (items.state === 'none') {
      const by = items.by ? ` by ${items.by}` : '';
      paper.text(`${none} (recorded ${clock.date(items.at ?? null)}${by}).`);
    } else paper.text('Nothing is recorded.');
  };
  const listed = <T>(items: T[]): Recorded<T> => ({ state: 'listed', items });

  if (printing.missing.length > 0) {
    const [entries, are] =
      printing.missing.length === 1 ? ['1 entry', 'is'] : [`${printing.missing.length} entries`, 'are'];
    const words = `${entries} of this record could not be read and ${are} missing here.`;
    paper.text(words, { size: 10.5, weight: 'semibold' });
  }

  list('Problems', { items: chart.problems, none: 'No known problems' }, [
    ['Problem', 6, ({ title }) => title],
    ['Status', 2, ({ status }) => status],
    ['Since', 2, ({ onset }) => clock.date(onset)],
  ]);
  list('Allergies', { items: chart.banner.allergies, none: 'No known allergies' }, [
    ['Substance', 4, ({ substance }) => substance],
    ['Reaction', 4, ({ reaction }) => reaction ?? 'not recorded'],
    ['Severity', 2, severityWords],
    ['Recorded', 2, ({ recordedAt }) => clock.date(recordedAt)],
  ]);
  list('Medicines', { items: chart.medicines, none: 'No medicines' }, [
    ['Medicine', 5, ({ name }) => name],
    ['Dose', 4, ({ dose }) => dose ?? 'not recorded'],
    ['Status', 1.5, ({ status }) => status],
    ['Since', 2, ({ since }) => clock.date(since)],
  ]);
  list('Immunisations', { items: listed(chart.immunizations), none: '' }, [
    ['Vaccine', 7, ({ name }) => name],
    ['Given', 3, ({ at }) => clock.date(at)],
  ]);

  paper.heading('Vital signs');
  const trends = trendsOf(chart.vitals);
  drawTrends(paper, trends, (at) => formatDate(new Date(at), printing.timeZone));
  values(paper, latest(chart.vitals), clock.time, 'Nothing is recorded.');
  paper.heading('Results');
  values(paper, chart.results, clock.time, 'Nothing is recorded.');
  if (chart.others.length > 0) {
    paper.heading('Other observations');
    values(paper, chart.others, clock.time, '');
  }

  list('Encounters', { items: listed(chart.encounters), none: '' }, [
    ['From', 2.4, ({ startAt }) => clock.time(startAt)],
    ['To', 2.4, ({ endAt, status }) => (endAt === null ? status : clock.time(endAt))],
    ['Class', 1.2, (each) => each.class],
    ['Reason', 4, ({ reason }) => reason ?? ''],
    [
      'Where',
      3,
      ({ wardName, bed }) => [wardName, bed === null ? null : `bed ${bed}`].filter(Boolean).join(', '),
    ],
  ]);

  paper.heading('Notes signed here');
  if (chart.notes.length === 0) paper.text('There is none.');
  for (const note of chart.notes) printNote(paper, note, printing.timeZone);

  paper.heading('Reports and documents');
  if (chart.documents.length === 0) paper.text('There is none.');
  for (const { title, at, text, unshown } of chart.documents) {
    paper.need(48);
    paper.text(`${title}, ${clock.time(at)}`, { weight: 'semibold', size: 9.5 });
    for (const { kind, text: words } of blocksOf(text)) paper.text(words, { ...blockStyle(kind), size: 8.5 });
    if (unshown.length > 0)
      paper.text(`Not printed here: ${unshown.join(', ')}.`, { color: 'quiet', size: 8.5 });
    paper.space(8);
  }

  if (paper.spelled > 0) {
    paper.heading('About this print');
    paper.text(
      `${paper.spelled} characters that this typeface does not have are written as their Unicode numbers, for example [U+4E2D].`,
    );
  }
  paper.close(frameOf(chart, printing));
}

const blockStyle = (kind: string) =>
  kind === 'heading' ? ({ weight: 'semibold' } as const) : kind === 'paragraph' ? {} : { indent: 10 };

const severityWords = ({ severity, criticality }: Allergy): string =>
  [severity, criticality === 'high' ? 'high risk' : null].filter((word) => word !== null).join(', ') ||
  'not recorded';

const latest = (series: readonly Series[]): Series[] =>
  series.map((each) => ({ ...each, points: each.points.slice(-1) }));

const valueWords = ({ value, unit, text, components }: ObservationValue): string => {
  if (value !== null) return formatQuantity(value, unit);
  if (text !== null) return text;
  return components
    .map(
      (part) =>
        `${part.name} ${part.value === null ? 'not recorded' : formatQuantity(part.value, part.unit)}`,
    )
    .join('; ');
};

const rangeWords = (range: ObservationValue['range']): string => {
  if (range === null) return '';
  if (range.low !== null && range.high !== null) return `${range.low} to ${range.high}`;
  if (range.low !== null) return `from ${range.low}`;
  return range.high === null ? '' : `up to ${range.high}`;
};

/** Each value with its flag, newest first within its name. */
function values(
  paper: Paper,
  series: readonly Series[],
  time: (at: string | null) => string,
  none: string,
): void {
  const rows = series.flatMap(({ name, points }) =>
    points
      .toReversed()
      .map((point, index) => [
        index === 0 ? name : '',
        valueWords(point),
        point.flag === null || point.flag === 'N' ? '' : point.flag,
        rangeWords(point.range),
        time(point.at),
      ]),
  );
  if (rows.length === 0) return paper.text(none);
  const columns = [
    { title: 'Name', share: 5 },
    { title: 'Value', share: 3.6 },
    { title: 'Flag', share: 0.8 },
    { title: 'Reference', share: 1.8 },
    { title: 'When', share: 2.6 },
  ];
  paper.table(columns, rows);
}

function printNote(paper: Paper, note: SignedNote, timeZone: string): void {
  paper.need(70);
  paper.text(note.title, { weight: 'semibold', size: 10.5 });
  for (const { name, role, at, awaits, contentHash } of note.signatures) {
    const signed = formatDateTime(at, timeZone, { offset: true });
    const open = awaits ? ', awaits a co-signature' : '';
    paper.text(`Signed by ${name}, ${role}, ${signed}${open}. Content ${contentHash}`, {
      size: 7.5,
      color: 'quiet',
    });
  }
  paper.space(3);
  for (const { title, lines } of note.content.sections) {
    paper.need(30);
    paper.text(title, { weight: 'semibold' });
    let number = 0;
    for (const line of lines) {
      number = line.kind === 'numbered' ? number + 1 : 0;
      printLine(paper, line, number);
    }
    paper.space(4);
  }
  paper.space(8);
}

function printLine(paper: Paper, { kind, indent = 0, checked, runs }: NoteLine, number: number): void {
  const text = runs.map((run) => run.text).join('');
  const marks: Record<string, string> = {
    bullet: '• ',
    numbered: `${number}. `,
    check: checked === true ? '[x] ' : '[ ] ',
  };
  const mark = marks[kind] ?? '';
  const style = kind === 'heading' ? ({ weight: 'semibold' } as const) : {};
  paper.text(`${mark}${text}`, { ...style, indent: 12 * (indent + (mark === '' ? 0 : 1)) });
}

/** Who this is, on every page, by two identifiers and more; what must not be given; that paper grows old. */
function frameOf(chart: PrintedChart, { at, timeZone, by, site, missing }: Printing): Frame {
  const { patient, codeStatus, flags } = chart.banner;
  // What was lost may be the one that matters: "none" and "not recorded" would be untrue.
  const isUnread =
    chart.banner.allergies.state !== 'listed' &&
    missing.some((name) => name.startsWith('AllergyIntolerance/'));
  const { deceasedAt } = patient;
  const agesOn =
    deceasedAt === null || !/^\d{4}-\d{2}-\d{2}/.test(deceasedAt)
      ? dateIn(at, timeZone)
      : deceasedAt.slice(0, 10);
  const born =
    patient.birthDate === null ? 'birth date unknown' : `Born ${formatDate(patient.birthDate, timeZone)}`;
  const dead = deceasedAt === null ? '' : ', deceased';
  const who = [
    `${born} (${ageWords(patient.birthDate, agesOn)})${dead}`,
    patient.sex,
    patient.mrn === null ? 'no MRN' : `MRN ${formatMrn(patient.mrn)}`,
    ...(patient.nationalNumber === null
      ? []
      : [`National number ${formatNationalNumber(patient.nationalNumber)}`]),
  ].join('   ');
  const care = [codeStatus?.text ?? 'Code status not recorded', ...flags.map(({ text }) => text)].join('   ');
  const made = formatDateTime(at, timeZone, { offset: true });
  return (sheet: Sheet, page, pages) => {
    const { left, width, height } = sheet;
    let y = sheet.text(patient.name, left, 26, { size: 13, weight: 'semibold', width });
    y = sheet.text(who, left, y + 1, { size: 9, width, lines: 2 });
    const allergies = isUnread ? 'Allergies: could not be read' : allergyWords(chart.banner.allergies);
    y = sheet.text(allergies, left, y + 2, { size: 9, weight: 'semibold', width, lines: 2 });
    sheet.text(care, left, y + 2, { size: 8, width, color: 'quiet' });
    sheet.line(109);
    sheet.line(height - 46);
    sheet.text(`Uncontrolled copy, made ${made} by ${by}, ${site}.`, left, height - 41, {
      size: 7.5,
      color: 'quiet',
      width: width - 70,
    });
    sheet.text(`Page ${page} of ${pages}`, left + width - 70, height - 41, {
      size: 7.5,
      width: 70,
      align: 'right',
    });
  };
}

/** What fits into two lines of the banner; that there is more is said. */
const bannerRoom = 190;

export function allergyWords(allergies: PrintedChart['banner']['allergies']): string {
  if (allergies.state === 'none') return 'No known allergies';
  if (allergies.state === 'unknown') return 'Allergies: not recorded';
  const named = allergies.items.map(({ substance, reaction }) =>
    reaction ? `${substance} (${reaction})` : substance,
  );
  const shown: string[] = [];
  for (const each of named) {
    if ([...shown, each].join('; ').length > bannerRoom) break;
    shown.push(each);
  }
  const more = named.length - shown.length;
  if (more === 0) return `Allergies: ${shown.join('; ')}`;
  return shown.length === 0
    ? `Allergies: ${more}, see the list`
    : `Allergies: ${shown.join('; ')}; and ${more} more, see the list`;
}
