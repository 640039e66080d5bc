import { z } from 'zod';
import { systems } from '../patients/codes.ts';
import { codeIn, conceptText, listAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { endFlag, flagsOf, flagStanding } from './codeStatus.ts';
import { listKind } from './kind.ts';
import { overlay, readExtension, shortText, present, withExtensions } from './parts.ts';

const kinds = ['isolation', 'falls', 'other'] as const;

const entry = z.strictObject({
  kind: z.enum(kinds),
  /** As the banner says it: `Contact isolation`, `Falls risk high`. */
  text: z.string().trim().min(1).max(60),
  reason: shortText.optional(),
});
type Entry = z.infer<typeof entry>;

const readKind = (flag: Resource): Entry['kind'] =>
  kinds.find((kind) =>
    listAt(flag, 'category').some((each) => codeIn(each, systems.flagCategory) === kind),
  ) ?? 'other';

export const flags = listKind<Entry>({
  resourceType: 'Flag',
  listCode: null,
  holds: 'all',
  entry,
  belongs: (flag) => !flagsOf('code-status')(flag),
  title: (flag) => conceptText(valueAt(flag, 'code')),
  read: (flag) => {
    const read = entry.safeParse({
      kind: readKind(flag),
      text: conceptText(valueAt(flag, 'code')),
      ...present({ reason: readExtension(flag, 'flag-reason') }),
    });
    return read.success ? read.data : null;
  },
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      status: 'active',
      category:
        before['category'] !== undefined && readKind(before) === said.kind
          ? before['category']
          : [{ coding: [{ system: systems.flagCategory, code: said.kind }] }],
      code: conceptText(before['code']) === said.text ? before['code'] : { text: said.text },
      subject: before['subject'] ?? { reference: `Patient/${patientId}` },
      period:
        before['status'] === 'active' && before['period'] !== undefined ? before['period'] : { start: at },
      author: before['author'] ?? who,
      extension: withExtensions(before, { 'ending-reason': undefined, 'flag-reason': said.reason }),
    }),
  standing: flagStanding,
  line: ({ text, reason }) => ({ title: text, detail: reason ?? null }),
  about: ({ text, kind }) => [kind === 'falls' ? 'falls' : `${kind}|${text.toLowerCase()}`],
  ending: {
    outcomes: ['ended'],
    reasonNeeded: false,
    write: (flag, { reason }, { at }) => endFlag(flag, reason, at),
  },
  mistake: (flag) => overlay(flag, { status: 'entered-in-error' }),
  none: null,
});
