import { systems } from './codes.ts';
import { codeIn, conceptText, instantOf, listAt, textAt, valueAt, type Resource } from './fhirValue.ts';
import type { Banner } from './schema.ts';

export interface Flags {
  codeStatus: Banner['codeStatus'];
  flags: Banner['flags'];
}

const kinds = ['isolation', 'falls'] as const;

/** Code status and the other flags that hold, newest first; see `systems.flagCategory` for their form. */
export function interpretFlags(resources: Resource[]): Flags {
  const sinceOf = (flag: Resource): string | null => textAt(flag, 'period', 'start');
  const holding = resources
    .filter((flag) => textAt(flag, 'status') === 'active')
    .map((flag) => ({
      category: listAt(flag, 'category').map((each) => codeIn(each, systems.flagCategory))[0] ?? null,
      text: conceptText(valueAt(flag, 'code')) ?? 'Flag not named',
      at: sinceOf(flag),
    }))
    .sort((a, b) => ((instantOf(a.at) ?? '') < (instantOf(b.at) ?? '') ? 1 : -1));
  const codeStatus = holding.find((flag) => flag.category === 'code-status');
  return {
    codeStatus: codeStatus ? { text: codeStatus.text, at: codeStatus.at } : null,
    flags: holding
      .filter((flag) => flag.category !== 'code-status')
      .map(({ category, text }) => ({ kind: kinds.find((kind) => kind === category) ?? 'other', text })),
  };
}
