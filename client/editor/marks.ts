import { Bold } from '@tiptap/extension-bold';
import { Code as StockCode } from '@tiptap/extension-code';
import { Italic } from '@tiptap/extension-italic';
import { Underline } from '@tiptap/extension-underline';
import { Link } from './link.ts';

/** Two people may set code and bold on the same words at once: marks that merge must be able to stand together. */
const Code = StockCode.extend({ excludes: 'code' });

export const marks = [Bold, Italic, Underline, Code, Link];
