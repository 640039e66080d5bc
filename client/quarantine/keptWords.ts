import { initialsOf } from '../../shared/access/presenceColours.ts';
import { roleTitles } from '../../shared/access/capabilities.ts';
import type { KeptPerson } from '../../shared/quarantine/schema.ts';
import type { KeptText } from '../collab/refused.svelte.ts';
import { workspaceWords } from '../messages/workspace.ts';

const words = workspaceWords.kept;
const reasons: Readonly<Record<string, string>> = words.reasons;

/** Role and initials, as on carets. */
export const shortName = ({ role, name }: KeptPerson): string => `${roleTitles[role]} ${initialsOf(name)}`;

/** Why something was put aside: a known reason in our words, else what was said. */
export function whyWords({ why, reason, removedBy }: KeptText): string {
  if (why === 'replaced') return words.replaced;
  if (why === 'rescued') return removedBy ? words.rescued(shortName(removedBy)) : words.rescuedBySomebody;
  return reasons[reason] ?? reason;
}

/** The question in the place where words were lost. */
export const lostWords = ({ removedBy }: KeptText): string =>
  removedBy ? words.lostHere(shortName(removedBy)) : words.lostHereBySomebody;

export const allText = ({ pieces }: KeptText): string => pieces.map(({ text }) => text.trim()).join('\n');
