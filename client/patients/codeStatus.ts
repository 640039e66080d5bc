/**
 * How much a code status stands out in a list: full treatment is what everybody expects, a limit is set apart, and
 * "no resuscitation" most of all. It is text in every case; this is only its weight. Words that are not understood
 * are set apart rather than overlooked.
 */
export function codeStatusWeight(text: string): 'usual' | 'limited' | 'none' {
  if (/^(no|not for|do not|dnr|dnar|dnacpr)\b/i.test(text.trim())) return 'none';
  return /^(full|for (full )?(resuscitation|cpr))\b/i.test(text.trim()) ? 'usual' : 'limited';
}
