import { z } from 'zod';
import { systems } from '../patients/codes.ts';
import { codeIn, conceptText, listAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { listKind } from './kind.ts';
import { listSystems, overlay, readExtension, shortText, withExtensions } from './parts.ts';

/** What is to be done when the heart stops, and how far treatment goes. */
const statuses = ['full', 'limited', 'no-cpr', 'comfort'] as const;
export const codeStatusTexts: Record<(typeof statuses)[number], string> = {
  full: 'Full resuscitation',
  limited: 'Limited treatment',
  'no-cpr': 'No CPR',
  comfort: 'No CPR, comfort care only',
};

const entry = z
  .strictObject({
    /** `other`: in words of its own, as earlier records have it. */
    status: z.enum([...statuses, 'other']),
    /** What is limited, or the words of `other`. */
    limits: shortText.optional(),
    reason: shortText,
    /** With whom it was talked over, or why with nobody. */
    discussedWith: shortText,
  })
  .refine(({ status, limits }) => (status !== 'limited' && status !== 'other') || limits !== undefined, {
    path: ['limits'],
    message: 'Say what is limited.',
  });
type Entry = z.infer<typeof entry>;

export const flagsOf =
  (...categories: string[]) =>
  (flag: Resource): boolean =>
    categories.includes(
      listAt(flag, 'category').map((each) => codeIn(each, systems.flagCategory))[0] ?? 'other',
    );

/** Always whole words: `No CPR. No intensive care`. */
const textOf = ({ status, limits }: Pick<Entry, 'status' | 'limits'>): string => {
  if (status === 'other') return limits ?? '';
  const text = codeStatusTexts[status];
  return limits === undefined ? text : `${text}: ${limits}`;
};

function readStatus(flag: Resource): Pick<Entry, 'status' | 'limits'> | null {
  const text = conceptText(valueAt(flag, 'code'));
  if (text === null) return null;
  for (const status of statuses) {
    if (text === codeStatusTexts[status]) return { status };
    const before = `${codeStatusTexts[status]}: `;
    if (text.startsWith(before)) return { status, limits: text.slice(before.length) };
  }
  return { status: 'other', limits: text };
}

const notRecorded = 'not recorded';

export const flagStanding = (flag: Resource): 'holds' | 'ended' | 'error' => {
  if (flag['status'] === 'entered-in-error') return 'error';
  return flag['status'] === 'active' ? 'holds' : 'ended';
};

export const endFlag = (flag: Resource, reason: string | undefined, at: string): Resource =>
  overlay(flag, {
    status: 'inactive',
    period: { ...(valueAt(flag, 'period') as object | undefined), end: at },
    extension: withExtensions(flag, { 'ending-reason': reason }),
  });

export const codeStatus = listKind<Entry>({
  resourceType: 'Flag',
  listCode: null,
  holds: 'all',
  single: true,
  entry,
  belongs: flagsOf('code-status'),
  title: (flag) => conceptText(valueAt(flag, 'code')),
  read: (flag) => {
    const read = entry.safeParse({
      ...readStatus(flag),
      reason: readExtension(flag, 'code-status-reason') ?? notRecorded,
      discussedWith: readExtension(flag, 'code-status-discussed-with') ?? notRecorded,
    });
    return read.success ? read.data : null;
  },
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      status: 'active',
      category: before['category'] ?? [
        { coding: [{ system: systems.flagCategory, code: 'code-status', display: 'Code status' }] },
      ],
      code: {
        ...(said.status !== 'other' && {
          coding: [
            {
              system: listSystems.local,
              code: `code-status-${said.status}`,
              display: codeStatusTexts[said.status],
            },
          ],
        }),
        text: textOf(said),
      },
      subject: before['subject'] ?? { reference: `Patient/${patientId}` },
      // A decision holds from when it is made, also where it takes the place of another.
      period: { start: at },
      author: who,
      extension: withExtensions(before, {
        'ending-reason': undefined,
        'code-status-reason': said.reason,
        'code-status-discussed-with': said.discussedWith,
      }),
    }),
  standing: flagStanding,
  line: (said) => ({
    title: textOf(said),
    detail: said.reason === notRecorded ? null : `${said.reason}; discussed with ${said.discussedWith}`,
  }),
  about: () => ['code-status'],
  ending: {
    outcomes: ['withdrawn'],
    reasonNeeded: true,
    write: (flag, { reason }, { at }) => endFlag(flag, reason, at),
  },
  mistake: (flag) => overlay(flag, { status: 'entered-in-error' }),
  none: null,
});
