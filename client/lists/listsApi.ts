import type { ListName } from '../../shared/lists/names.ts';
import type { Doubts, ListItem, ListsAnswer, ToReview } from '../../shared/lists/wire.ts';
import { queryOptions } from '@tanstack/svelte-query';
import { ask, type List } from '../wire/api.ts';
import { Sender } from '../wire/sender.ts';

const path = (patientId: string, ...rest: string[]): string =>
  ['/api/patients', patientId, ...rest].join('/');

/** The lists of a patient, under one key for every part of the screen that shows some of them. */
export const listsQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['lists', patientId],
    queryFn: ({ signal, client, queryKey }) =>
      ask<ListsAnswer>('GET', path(patientId, 'lists'), {
        signal,
        background: client.getQueryData(queryKey) !== undefined,
      }),
  });

interface Done {
  id: string;
  version: number;
}

/** The acts on one list of one patient. */
export class ListActs {
  readonly #sender = new Sender();

  constructor(
    readonly patientId: string,
    readonly list: ListName,
    /** Where they are done, when that is in an encounter of this patient. */
    readonly encounterId?: string,
  ) {}

  #to = (...rest: string[]): string => path(this.patientId, this.list, ...rest);

  #where = (): { encounterId?: string } =>
    this.encounterId === undefined ? {} : { encounterId: this.encounterId };

  add = (entry: object, anyway: boolean) =>
    this.#sender.send<Done>('POST', this.#to(), { entry, ...(anyway && { anyway }), ...this.#where() });
  change = (id: string, version: number, entry: object, anyway: boolean) =>
    this.#sender.send<Done>('PUT', this.#to(id), { version, entry, ...(anyway && { anyway }) });
  end = (id: string, body: { version: number; outcome: string; reason?: string; on?: string }) =>
    this.#sender.send<Done>('POST', this.#to(id, 'end'), body);
  mistake = (id: string, body: { version: number; reason: string }) =>
    this.#sender.send<Done>('POST', this.#to(id, 'error'), body);
  restore = (id: string, body: { version: number; to: number }) =>
    this.#sender.send<Done>('POST', this.#to(id, 'restore'), body);
  none = () => this.#sender.send<Done>('POST', this.#to('none'), this.#where());
  review = (lines: ToReview['lines']) =>
    this.#sender.send<Done>('POST', this.#to('reviewed'), { lines, ...this.#where() });

  /** All entries, those that no longer hold after the others. */
  entries = (next?: string) =>
    ask<List<ListItem>>('GET', `${this.#to()}${next === undefined ? '' : `?${next}`}`);
  versions = (id: string, next?: string) =>
    ask<List<ListItem>>('GET', `${this.#to(id, 'versions')}${next === undefined ? '' : `?${next}`}`);
}

/** What a refusal asks or shows. */
export type Refused = Partial<Doubts> & {
  current?: ListItem;
  errors?: { path: string; message: string }[];
};
