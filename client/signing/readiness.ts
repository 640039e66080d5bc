import type { SaveState } from '../collab/saveState.ts';

export type WhyNot = 'loading' | 'signed' | 'role' | 'saving' | 'not-saved' | 'offline';

interface Facts {
  loaded: boolean;
  signed: boolean;
  permitted: boolean;
  save: SaveState;
}

/** Why a note cannot be signed just now; null when it can. Only what is durable is ever signed. */
export function whyNotSign({ loaded, signed, permitted, save }: Facts): WhyNot | null {
  if (signed) return 'signed';
  if (!permitted) return 'role';
  if (!loaded) return 'loading';
  switch (save.kind) {
    case 'saved':
      return null;
    case 'saving':
    case 'waiting':
      return 'saving';
    case 'reconnecting':
    case 'on-device':
      return 'offline';
    case 'not-saved':
    case 'read-only':
      return 'not-saved';
  }
}
