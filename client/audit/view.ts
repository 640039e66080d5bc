import { auditFilters, auditSorts, type AuditSort } from '../../shared/audit/schema.ts';
import { dayStart } from '../../shared/units/dates.ts';
import { paths } from '../routes.ts';

/** What the screen narrows the trail by; empty is everything. `from` and `to` are days at the site. */
const filterNames = [
  'patientId',
  'userId',
  'encounterId',
  'entity',
  'action',
  'outcome',
  'from',
  'to',
] as const;
export type TrailFilter = Record<(typeof filterNames)[number], string>;

export interface TrailOrder {
  sort: AuditSort;
  order: 'asc' | 'desc';
}

/** What is shown of the trail. The address says all of it, so that a view can be sent to a colleague. */
export interface TrailView {
  filter: TrailFilter;
  order: TrailOrder;
}

const newestFirst: TrailOrder = { sort: 'at', order: 'desc' };
const day = /^\d{4}-\d{2}-\d{2}$/;

/** What an address shows; what is no filter of ours shows everything. */
export function viewOf(search: string): TrailView {
  const query = new URLSearchParams(search);
  const valueOf = (name: keyof TrailFilter): string => {
    const value = query.get(name) ?? '';
    const fits =
      auditFilters.shape[name].safeParse(value).success &&
      ((name !== 'from' && name !== 'to') || day.test(value));
    return fits ? value : '';
  };
  const sort = auditSorts.find((each) => each === query.get('sort')) ?? newestFirst.sort;
  const order = (['asc', 'desc'] as const).find((each) => each === query.get('order')) ?? usualOrder(sort);
  return {
    filter: Object.fromEntries(filterNames.map((name) => [name, valueOf(name)])) as TrailFilter,
    order: { sort, order },
  };
}

/** Times with the newest first, words from A to Z. */
const usualOrder = (sort: AuditSort): TrailOrder['order'] => (sort === 'at' ? 'desc' : 'asc');

/** The order that a press on a heading asks for. */
export const sortedBy = ({ sort, order }: TrailOrder, wanted: AuditSort): TrailOrder =>
  sort === wanted
    ? { sort, order: order === 'asc' ? 'desc' : 'asc' }
    : { sort: wanted, order: usualOrder(wanted) };

const chosen = (values: object): URLSearchParams =>
  new URLSearchParams(Object.entries(values).filter((each): each is [string, string] => each[1] !== ''));

export function addressOf({ filter, order }: TrailView): string {
  const { sort } = order;
  const query = chosen({
    ...filter,
    sort: sort === newestFirst.sort ? '' : sort,
    order: order.order === usualOrder(sort) ? '' : order.order,
  }).toString();
  return query === '' ? paths.audit : `${paths.audit}?${query}`;
}

/** What the service is asked: days as instants, since it knows no zone in which they would begin. */
export function askedOf({ from, to, ...filter }: TrailFilter, timeZone: string): URLSearchParams {
  const instant = (of: string): string => dayStart(of, timeZone).toISOString();
  return chosen({
    ...filter,
    from: from === '' ? '' : instant(from),
    to: to === '' ? '' : lastInstant(to, timeZone),
  });
}

const dayMs = 86_400_000;

function lastInstant(of: string, timeZone: string): string {
  const next = new Date(Date.parse(`${of}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
  return new Date(dayStart(next, timeZone).getTime() - 1).toISOString();
}
