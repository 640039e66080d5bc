import { signing } from './en/signing.ts';

/** Words of signing, which load with the workspace. */
export const signingWords: typeof signing = signing;
