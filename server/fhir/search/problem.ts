/** Why a search cannot be answered. `message` names parameters, never what was searched for. */
export interface SearchProblem {
  code: 'invalid' | 'not-supported' | 'too-costly';
  message: string;
  /** Whether it may be left out when the caller is lenient: a parameter or modifier that is not known. */
  unknown: boolean;
}

const named = (name: string): string => `"${name.slice(0, 100)}"`;

export const unknownParameter = (type: string, name: string): SearchProblem => ({
  code: 'not-supported',
  message: `${type} has no search parameter ${named(name)}.`,
  unknown: true,
});

export const unknownModifier = (name: string, modifier: string): SearchProblem => ({
  code: 'not-supported',
  message: `${named(name)} cannot be asked with the modifier ${named(modifier)}.`,
  unknown: true,
});

export const badValue = (name: string, expected: string): SearchProblem => ({
  code: 'invalid',
  message: `${named(name)} has a value that is not ${expected}.`,
  unknown: false,
});

export const tooMuch = (message: string): SearchProblem => ({ code: 'too-costly', message, unknown: false });
