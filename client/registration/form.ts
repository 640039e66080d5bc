import { partialDateOf } from './partialDate.ts';
import type { Demographics } from '../../shared/patients/demographics.ts';
import { isNationalNumber, type NationalScheme } from '../../shared/patients/nationalNumber.ts';

type Contact = { name: string; relation: string; phone: string; nextOfKin: boolean; emergency: boolean };

/** A form while somebody fills it in: every field is text. */
export interface Draft {
  family: string;
  given: string;
  prefix: string;
  preferredName: string;
  formerNames: { family: string; given: string }[];
  born: string;
  estimated: boolean;
  gender: Demographics['gender'];
  birthSex: NonNullable<Demographics['birthSex']> | '';
  genderIdentity: NonNullable<Demographics['genderIdentity']> | '';
  pronouns: NonNullable<Demographics['pronouns']> | '';
  scheme: NationalScheme | 'none';
  number: string;
  telecom: Demographics['telecom'];
  street: string;
  city: string;
  postalCode: string;
  state: string;
  country: string;
  language: string;
  interpreter: 'yes' | 'no' | '';
  contacts: Contact[];
}

export const blankDraft = (): Draft => ({
  family: '',
  given: '',
  prefix: '',
  preferredName: '',
  formerNames: [],
  born: '',
  estimated: false,
  gender: 'unknown',
  birthSex: '',
  genderIdentity: '',
  pronouns: '',
  scheme: 'none',
  number: '',
  telecom: [{ system: 'phone', use: 'mobile', value: '' }],
  street: '',
  city: '',
  postalCode: '',
  state: '',
  country: '',
  language: '',
  interpreter: '',
  contacts: [],
});

/** Languages by BCP 47, as a form offers them; another one is kept as it was stated. */
export const languages: Record<string, string> = {
  en: 'English',
  ar: 'Arabic',
  bn: 'Bengali',
  zh: 'Chinese',
  nl: 'Dutch',
  fr: 'French',
  de: 'German',
  el: 'Greek',
  hi: 'Hindi',
  it: 'Italian',
  ja: 'Japanese',
  pl: 'Polish',
  pt: 'Portuguese',
  pa: 'Punjabi',
  ro: 'Romanian',
  ru: 'Russian',
  so: 'Somali',
  es: 'Spanish',
  sv: 'Swedish',
  tr: 'Turkish',
  uk: 'Ukrainian',
  ur: 'Urdu',
  vi: 'Vietnamese',
  ase: 'American Sign Language',
  bfi: 'British Sign Language',
};

/** `unidentified`: the name is the site's, and the form begins without one. */
export function draftOf(stated: Demographics, unidentified: boolean): Draft {
  const { name, address, nationalNumber } = stated;
  return {
    ...blankDraft(),
    ...(unidentified ? {} : { family: name.family, given: name.given, prefix: name.prefix ?? '' }),
    preferredName: stated.preferredName ?? '',
    formerNames: stated.formerNames,
    born: stated.birthDate ?? '',
    estimated: stated.birthDateEstimated,
    gender: stated.gender,
    birthSex: stated.birthSex ?? '',
    genderIdentity: stated.genderIdentity ?? '',
    pronouns: stated.pronouns ?? '',
    scheme: nationalNumber?.scheme ?? 'none',
    number: nationalNumber?.value ?? '',
    telecom: stated.telecom,
    ...(address && { ...address, street: address.lines.join(', ') }),
    language: stated.language?.code ?? '',
    interpreter: stated.interpreter === null ? '' : stated.interpreter ? 'yes' : 'no',
    contacts: stated.contacts.map(({ kinds, ...rest }) => ({
      ...rest,
      nextOfKin: kinds.includes('next-of-kin'),
      emergency: kinds.includes('emergency'),
    })),
  };
}

export type Problem = 'name' | 'born' | 'number';

/** What stands in the way of sending it. */
export function problemsOf(draft: Draft): Problem[] {
  const problems: Problem[] = [];
  if (draft.family.trim() === '' && draft.given.trim() === '') problems.push('name');
  if (draft.born.trim() !== '' && partialDateOf(draft.born) === null) problems.push('born');
  if (draft.scheme !== 'none' && !isNationalNumber(draft.scheme, draft.number)) problems.push('number');
  return problems;
}

/** `before`: what was stated until now, whose words are kept where the form says the same. */
export function demographicsOf(draft: Draft, before: Demographics | null = null): Demographics {
  const orNull = (text: string): string | null => text.trim() || null;
  const { street, city, postalCode, state, country } = draft;
  const hasAddress = [street, city, postalCode, state, country].some((part) => part.trim() !== '');
  const sameStreet = before?.address?.lines.join(', ') === street;
  return {
    name: { family: draft.family.trim(), given: draft.given.trim(), prefix: orNull(draft.prefix) },
    preferredName: orNull(draft.preferredName),
    formerNames: draft.formerNames.filter(({ family }) => family.trim() !== ''),
    birthDate: partialDateOf(draft.born),
    birthDateEstimated: draft.estimated && draft.born.trim() !== '',
    gender: draft.gender,
    birthSex: draft.birthSex || null,
    genderIdentity: draft.genderIdentity || null,
    pronouns: draft.pronouns || null,
    nationalNumber: draft.scheme === 'none' ? null : { scheme: draft.scheme, value: draft.number.trim() },
    telecom: draft.telecom.filter(({ value }) => value.trim() !== ''),
    address: hasAddress
      ? {
          lines: sameStreet ? before!.address!.lines : street.trim() === '' ? [] : [street.trim()],
          city,
          postalCode,
          state,
          country,
        }
      : null,
    language: languageOf(draft.language, before),
    interpreter: draft.interpreter === '' ? null : draft.interpreter === 'yes',
    contacts: draft.contacts
      .filter(({ name }) => name.trim() !== '')
      .map(({ nextOfKin, emergency, ...rest }) => ({
        ...rest,
        kinds: [
          ...(nextOfKin || !emergency ? (['next-of-kin'] as const) : []),
          ...(emergency ? (['emergency'] as const) : []),
        ],
      })),
  };
}

function languageOf(code: string, before: Demographics | null): Demographics['language'] {
  if (code === '') return null;
  if (before?.language?.code === code) return before.language;
  return { code, display: languages[code] ?? code };
}
