import { roles, roleTitles } from '../../shared/access/capabilities.ts';
import { goalStatuses, interventionStatuses, problemStatuses } from '../../shared/carePlan/statuses.ts';
import { orderCategories } from '../../shared/documents/orders.ts';
import { orderCategoryTitles } from '../../shared/orders/schema.ts';
import { orderSentence, readOrder } from '../../shared/orders/summary.ts';
import { historyWords as words } from '../messages/history.ts';
import { clock } from '../wire/clock.svelte.ts';
import { workspaceWords } from '../messages/workspace.ts';

const text = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return words.nothing;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value !== 'object') return String(value);
  const { display } = value as { display?: unknown };
  return typeof display === 'string' ? display : words.keys['detail']!;
};

/** A value of a draft order as it is read. */
export function orderValueWords(category: unknown, key: string, value: unknown): string {
  const known = orderCategories.find((each) => each === category);
  if (key === 'detail' && known && value !== null) return orderSentence(readOrder(known, value));
  if (key === 'category') {
    const named = orderCategories.find((each) => each === value);
    return named ? orderCategoryTitles[named] : text(value);
  }
  const priorities: Record<string, string> = workspaceWords.orders.priorities;
  if (key === 'priority') return priorities[String(value ?? 'routine')] ?? text(value);
  return text(value);
}

const statusWords: Record<string, string> = Object.fromEntries([
  ...problemStatuses.map((status) => [status, workspaceWords.carePlan.problemStatus[status]]),
  ...goalStatuses.map((status) => [status, workspaceWords.carePlan.goalStatus[status]]),
  ...interventionStatuses.map((status) => [status, workspaceWords.carePlan.interventionStatus[status]]),
]);

/** A value of a care plan as it is read. */
export function planValueWords(key: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') return text(value);
  if (key === 'status') return statusWords[value] ?? value;
  if (key === 'due') return clock.date(value);
  const role = key === 'discipline' ? roles.find((each) => each === value) : undefined;
  return role ? roleTitles[role] : value;
}
