import type { KeptText } from '../collab/refused.svelte.ts';
import type { QuarantineItem, RescueItem, SettleHow } from '../../shared/quarantine/schema.ts';
import { ask, type List } from '../wire/api.ts';

/** All pages of a list; what is kept of one encounter is rarely more than one. */
async function all<T>(path: string, encounterId: string): Promise<T[]> {
  const items: T[] = [];
  let query: string | undefined = `encounterId=${encodeURIComponent(encounterId)}`;
  while (query !== undefined) {
    const page: List<T> = await ask('GET', `${path}?${query}`, { background: true });
    items.push(...page.items);
    query = page.next;
  }
  return items;
}

/** What of this encounter is kept aside and waits, oldest first: mine, and for a supervisor everybody's. */
export async function loadKept(encounterId: string, me: string | null): Promise<KeptText[]> {
  const [refused, rescued] = await Promise.all([
    all<QuarantineItem>('/api/quarantine', encounterId),
    all<RescueItem>('/api/rescues', encounterId),
  ]);
  const common = { stored: true, isNew: false };
  return [
    ...refused.toReversed().map((item): KeptText => ({
      ...common,
      id: item.id,
      why: 'refused',
      reason: item.reason,
      room: item.document,
      at: item.at,
      pieces: item.texts.map(({ text, near }) => ({ text, place: null, near })),
      author: item.user.id !== me ? item.user : null,
      removedBy: null,
      isCut: item.cut,
    })),
    ...rescued.toReversed().map((item): KeptText => ({
      ...common,
      id: item.id,
      why: 'rescued',
      reason: '',
      room: item.document,
      at: item.at,
      pieces: [{ text: item.text, place: item.place }],
      author: item.user.id !== me ? item.user : null,
      removedBy: item.removedBy,
      isCut: false,
    })),
  ];
}

/** Words that only this page has are kept by the service too, from here on under its id. */
export const storeOwn = ({ id, room, pieces }: KeptText): Promise<{ id: string }> =>
  ask('POST', '/api/rescues', {
    body: {
      document: room,
      place: pieces[0]?.place ?? null,
      text: pieces.map(({ text }) => text).join('\n'),
    },
    idempotencyKey: id,
    background: true,
  });

/** Says that somebody is done with it. */
export const settleKept = (item: Pick<KeptText, 'id' | 'why'>, how: SettleHow): Promise<unknown> =>
  ask(
    'POST',
    `/api/${item.why === 'rescued' ? 'rescues' : 'quarantine'}/${encodeURIComponent(item.id)}/settle`,
    {
      body: { how },
    },
  );
