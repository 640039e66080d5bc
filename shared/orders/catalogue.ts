import { z } from 'zod';
import { orderCategories, type OrderCategory } from '../documents/orders.ts';
import type { MedicineDetail, ServiceDetail } from './schema.ts';

/** What can be searched: everything that can be ordered, problems, and what the lists of a chart hold. */
export const catalogueCategories = [
  ...orderCategories,
  'problem',
  'allergen',
  'reaction',
  'vaccine',
  'procedure',
  'relationship',
  'smoking-status',
  // Of code systems that a site loads for its own purposes.
  'other',
] as const;
export type CatalogueCategory = (typeof catalogueCategories)[number];

/** What a form offers first. Suggestions only: nobody has prescribed anything by choosing one. */
const catalogueHints = z.object({
  /** Strengths and forms, the most usual first: `500 mg tablet`. */
  forms: z.array(z.string()).optional(),
  routes: z.array(z.string()).optional(),
  /** Usual single doses in `doseUnit`, as decimal strings. */
  doses: z.array(z.string()).optional(),
  doseUnit: z.string().optional(),
  /** Timing codes, the most usual first. */
  timings: z.array(z.string()).optional(),
  specimen: z.string().optional(),
  bodySite: z.string().optional(),
  /** UCUM unit of the result. */
  unit: z.string().optional(),
});

export const catalogueItem = z.object({
  system: z.string(),
  code: z.string(),
  display: z.string(),
  category: z.enum(catalogueCategories),
  /** Other names by which it is looked for. */
  also: z.array(z.string()),
  hints: catalogueHints,
});
export type CatalogueItem = z.infer<typeof catalogueItem>;

/** `GET /api/terminology/search`. */
export const catalogueAnswer = z.object({ items: z.array(catalogueItem) });

/** `condition` is FHIR's word for what a problem list holds. Without a category: what can be ordered, and problems. */
export const catalogueQuery = z.object({
  category: z
    .preprocess((name) => (name === 'condition' ? 'problem' : name), z.enum(catalogueCategories))
    .optional(),
  system: z.string().trim().max(300).optional(),
  q: z.string().trim().max(100),
});

export type OrderableItem = CatalogueItem & { category: OrderCategory };

export const isOrderable = (item: CatalogueItem): item is OrderableItem =>
  orderCategories.some((category) => category === item.category);

/** What a form starts from after an item was chosen; a medicine without a usual dose leaves it to the prescriber. */
export function startDetail(item: CatalogueItem, form?: string): Partial<MedicineDetail> | ServiceDetail {
  const { system, code, display, hints } = item;
  if (item.category !== 'medication') {
    return {
      code: { system, code, display },
      ...(hints.timings?.[0] === undefined ? {} : { timing: hints.timings[0] }),
      ...(hints.specimen === undefined ? {} : { specimen: hints.specimen }),
      ...(hints.bodySite === undefined ? {} : { bodySite: hints.bodySite }),
    };
  }
  const chosen = form ?? hints.forms?.[0];
  const [value, unit] = [hints.doses?.[0], hints.doseUnit];
  return {
    code: { system, code, display: chosen === undefined ? display : `${display} ${chosen}` },
    ...(value === undefined || unit === undefined ? {} : { dose: { value, unit } }),
    ...(hints.routes?.[0] === undefined ? {} : { route: hints.routes[0] }),
    ...(hints.timings?.[0] === undefined ? {} : { timing: hints.timings[0] }),
  };
}
