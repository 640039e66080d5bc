import { z } from 'zod';
import { orderCategories } from '../../shared/documents/orders.ts';
import { ask } from '../wire/api.ts';

const strings = z.array(z.string()).catch([]);

/** What a formulary suggests for a code; each may be absent. */
const hints = z
  .object({
    units: strings,
    unit: z.string().optional().catch(undefined),
    routes: strings,
    route: z.string().optional().catch(undefined),
    timings: strings,
    timing: z.string().optional().catch(undefined),
    doses: strings,
    dose: z.string().optional().catch(undefined),
    specimen: z.string().optional().catch(undefined),
    bodySite: z.string().optional().catch(undefined),
  })
  .partial();

const found = z.object({
  system: z.string(),
  code: z.string(),
  display: z.string(),
  category: z.enum([...orderCategories, 'problem']),
  hints: hints.nullish().catch(null),
});
export type FoundCode = z.infer<typeof found>;

/** Codes whose words match, best first. @throws ApiError */
export async function searchCodes(
  query: string,
  category: string | null,
  signal: AbortSignal,
): Promise<FoundCode[]> {
  const wanted = new URLSearchParams({ q: query, ...(category === null ? {} : { category }) });
  const { items } = await ask<{ items: unknown[] }>('GET', `/api/terminology/search?${wanted}`, { signal });
  return items.flatMap((item) => {
    const read = found.safeParse(item);
    return read.success ? [read.data] : [];
  });
}
