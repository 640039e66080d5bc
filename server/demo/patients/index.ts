import type { Story } from '../story.ts';
import { adeyemiClarke } from './adeyemiClarke.ts';
import { adeyemiJoseph } from './adeyemiJoseph.ts';
import { brandt } from './brandt.ts';
import { delacroix } from './delacroix.ts';
import { ferreira } from './ferreira.ts';
import { halloran } from './halloran.ts';
import { hughes } from './hughes.ts';
import { kowalczyk } from './kowalczyk.ts';
import { lindqvist } from './lindqvist.ts';
import { nguyen } from './nguyen.ts';
import { okonkwo } from './okonkwo.ts';
import { singh } from './singh.ts';
import { tanaka } from './tanaka.ts';
import { unidentified } from './unidentified.ts';
import { walsh } from './walsh.ts';

/** Every patient of the demo, in the order of their beds. */
export const stories: Story[] = [
  hughes,
  okonkwo,
  adeyemiClarke,
  adeyemiJoseph,
  lindqvist,
  tanaka,
  ferreira,
  kowalczyk,
  nguyen,
  unidentified,
  brandt,
  walsh,
  delacroix,
  singh,
  halloran,
];

/** Whose record the demo's `patient` may read. */
export const patientOfPortal = adeyemiJoseph.key;
