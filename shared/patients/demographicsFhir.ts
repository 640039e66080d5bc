import { systems } from './codes.ts';
import {
  birthSexes,
  contactKinds,
  genderIdentities,
  genders,
  pronounSets,
  type Demographics,
} from './demographics.ts';
import { codeIn, conceptText, listAt, textAt, valueAt, type Resource } from './fhirValue.ts';
import type { Identity } from './matching.ts';
import { nationalSchemes, normalNationalNumber, type NationalScheme } from './nationalNumber.ts';
import { nameRank } from './patient.ts';

const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition';
const hl7 = 'http://hl7.org/fhir/StructureDefinition';
const urls = {
  birthSex: `${usCore}/us-core-birthsex`,
  genderIdentity: `${usCore}/us-core-genderIdentity`,
  pronouns: `${hl7}/individual-pronouns`,
  interpreter: `${hl7}/patient-interpreterRequired`,
};

const nationalSystem: Record<NationalScheme, string> = {
  'us-ssn': 'http://hl7.org/fhir/sid/us-ssn',
  'gb-nhs': 'https://fhir.nhs.uk/Id/nhs-number',
  'nl-bsn': 'http://fhir.nl/fhir/NamingSystem/bsn',
  'be-nn': 'https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin',
  other: systems.nationalNumber,
};
const schemeType = (scheme: NationalScheme): string => (scheme === 'us-ssn' ? 'SS' : 'NI');
const nationalTypes = new Set(['SS', 'NI', 'NH', 'NIIP']);

const isNational = (identifier: unknown): boolean =>
  Object.values(nationalSystem).includes(textAt(identifier, 'system') ?? '') ||
  nationalTypes.has(codeIn(valueAt(identifier, 'type'), systems.identifierType) ?? '');

/** LOINC answers of 90778-2, personal pronouns. */
const pronounCodes: Record<(typeof pronounSets)[number], [code: string, display: string]> = {
  he: ['LA29518-0', 'he/him/his/his/himself'],
  she: ['LA29519-8', 'she/her/her/hers/herself'],
  they: ['LA29520-6', 'they/them/their/theirs/themselves'],
};

/** v2-0131, contact role. */
const contactCodes = { 'next-of-kin': 'N', emergency: 'C' } as const;
const contactRole = 'http://terminology.hl7.org/CodeSystem/v2-0131';

const given = (name: unknown): string =>
  listAt(name, 'given')
    .filter((part) => typeof part === 'string')
    .join(' ');
const isFormer = (name: unknown): boolean => ['old', 'maiden'].includes(textAt(name, 'use') ?? '');
const isPreferred = (name: unknown): boolean => textAt(name, 'use') === 'nickname';
const legalOf = (names: unknown[]): unknown =>
  [...names].sort((a, b) => nameRank(a) - nameRank(b)).find((name) => !isFormer(name) && !isPreferred(name));

const extensionOf = (resource: unknown, url: string): unknown =>
  listAt(resource, 'extension').find((each) => textAt(each, 'url') === url);
const oneOf = <T extends string>(values: readonly T[], value: unknown): T | null =>
  values.find((each) => each === value) ?? null;

/** What a form shows of a Patient; what it has no field for stays in the resource. */
export function readDemographics(patient: Resource): Demographics {
  const names = listAt(patient, 'name');
  const legal = legalOf(names);
  const preferred = names.find(isPreferred);
  const language = listAt(patient, 'communication').find((each) => valueAt(each, 'preferred') === true);
  const interpreter = valueAt(extensionOf(patient, urls.interpreter), 'valueBoolean');
  return {
    name: {
      family: textAt(legal, 'family') ?? (given(legal) === '' ? (textAt(legal, 'text') ?? '') : ''),
      given: given(legal),
      prefix: textAt(legal, 'prefix', 0),
    },
    preferredName: given(preferred) || textAt(preferred, 'text'),
    formerNames: names
      .filter(isFormer)
      .map((name) => ({ family: textAt(name, 'family') ?? '', given: given(name) }))
      .filter(({ family }) => family !== ''),
    birthDate: textAt(patient, 'birthDate'),
    birthDateEstimated:
      valueAt(extensionOf(valueAt(patient, '_birthDate'), systems.estimated), 'valueBoolean') === true,
    gender: oneOf(genders, valueAt(patient, 'gender')) ?? 'unknown',
    birthSex: oneOf(birthSexes, textAt(extensionOf(patient, urls.birthSex), 'valueCode')),
    genderIdentity: oneOf(
      genderIdentities,
      conceptText(valueAt(extensionOf(patient, urls.genderIdentity), 'valueCodeableConcept')),
    ),
    pronouns: pronounsOf(patient),
    nationalNumber: nationalNumberOf(patient),
    telecom: listAt(patient, 'telecom').flatMap((each) => {
      const [system, value] = [
        oneOf(['phone', 'email'] as const, valueAt(each, 'system')),
        textAt(each, 'value'),
      ];
      const use = oneOf(['home', 'mobile', 'work'] as const, valueAt(each, 'use')) ?? 'home';
      return system === null || value === null ? [] : [{ system, use, value }];
    }),
    address: addressOf(listAt(patient, 'address')[0]),
    language: languageOf(language),
    interpreter: typeof interpreter === 'boolean' ? interpreter : null,
    contacts: listAt(patient, 'contact').flatMap((each) => contactOf(each) ?? []),
  };
}

function pronounsOf(patient: Resource): Demographics['pronouns'] {
  const value = listAt(extensionOf(patient, urls.pronouns), 'extension').find(
    (each) => textAt(each, 'url') === 'value',
  );
  const code = codeIn(valueAt(value, 'valueCodeableConcept'), systems.loinc);
  return pronounSets.find((set) => pronounCodes[set][0] === code) ?? null;
}

function nationalNumberOf(patient: Resource): Demographics['nationalNumber'] {
  const identifier = listAt(patient, 'identifier').find(
    (each) => isNational(each) && textAt(each, 'use') !== 'old',
  );
  const value = textAt(identifier, 'value');
  if (value === null) return null;
  const system = textAt(identifier, 'system');
  const scheme = nationalSchemes.find((each) => nationalSystem[each] === system);
  return { scheme: scheme ?? 'other', value };
}

function addressOf(address: unknown): Demographics['address'] {
  if (address === undefined) return null;
  const text = (part: string): string => textAt(address, part) ?? '';
  const lines = listAt(address, 'line').filter((each): each is string => typeof each === 'string');
  return {
    lines: lines.slice(0, 4),
    city: text('city'),
    postalCode: text('postalCode'),
    state: text('state'),
    country: text('country'),
  };
}

function languageOf(communication: unknown): Demographics['language'] {
  const language = valueAt(communication, 'language');
  const code = textAt(language, 'coding', 0, 'code') ?? textAt(language, 'text');
  return code === null ? null : { code, display: conceptText(language) ?? code };
}

const kindsOf = (contact: unknown): Demographics['contacts'][number]['kinds'] => {
  const codes = new Set(listAt(contact, 'relationship').map((each) => codeIn(each, contactRole)));
  return contactKinds.filter((kind) => codes.has(contactCodes[kind]));
};

function contactOf(contact: unknown): Demographics['contacts'][number] | null {
  const name = valueAt(contact, 'name');
  const shown = textAt(name, 'text') ?? [given(name), textAt(name, 'family')].filter(Boolean).join(' ');
  const kinds = kindsOf(contact);
  if (kinds.length === 0 || shown === '') return null;
  const relation = listAt(contact, 'relationship').find((each) => codeIn(each, contactRole) === null);
  return {
    kinds,
    name: shown,
    relation: conceptText(relation) ?? '',
    phone: textAt(listAt(contact, 'telecom')[0], 'value') ?? '',
  };
}

/** A Patient that says this, with all that `before` says beyond the form. */
export function writeDemographics(before: Resource, stated: Demographics): Resource {
  const { nationalNumber, address, language, interpreter } = stated;
  const kept = (element: string, own: (each: unknown) => boolean): unknown[] =>
    listAt(before, element).filter((each) => !own(each));
  const next: Resource = {
    ...before,
    name: namesWith(listAt(before, 'name'), stated),
    gender: stated.gender,
    identifier: [
      ...kept('identifier', (each) => isNational(each) && textAt(each, 'use') !== 'old'),
      ...(nationalNumber ? [nationalIdentifier(before, nationalNumber)] : []),
    ],
    extension: [
      ...kept('extension', (each) => Object.values(urls).includes(textAt(each, 'url') ?? '')),
      ...extensionsOf(stated, interpreter),
    ],
    telecom: [
      ...stated.telecom,
      ...kept('telecom', (each) => ['phone', 'email'].includes(textAt(each, 'system') ?? '')),
    ],
    address: [
      ...(address ? [addressWith(listAt(before, 'address')[0], address)] : []),
      ...listAt(before, 'address').slice(1),
    ],
    communication: [
      ...(language
        ? [
            {
              language: {
                coding: [{ system: 'urn:ietf:bcp:47', code: language.code, display: language.display }],
                text: language.display,
              },
              preferred: true,
            },
          ]
        : []),
      ...kept('communication', (each) => valueAt(each, 'preferred') === true),
    ],
    contact: [...stated.contacts.map(toContact), ...kept('contact', (each) => contactOf(each) !== null)],
    ...birthOf(stated),
  };
  return withoutEmpty(next);
}

/** FHIR has no empty lists; and no birth date is no element. */
function withoutEmpty(resource: Resource): Resource {
  const entries = Object.entries(resource).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries) as Resource;
}

const birthOf = ({ birthDate, birthDateEstimated }: Demographics): object => ({
  birthDate: birthDate ?? undefined,
  _birthDate:
    birthDate !== null && birthDateEstimated
      ? { extension: [{ url: systems.estimated, valueBoolean: true }] }
      : undefined,
});

function namesWith(names: unknown[], { name, preferredName, formerNames }: Demographics): unknown[] {
  const legal = legalOf(names);
  const wasTemporary = textAt(legal, 'use') === 'temp';
  const own = new Set([
    ...(wasTemporary ? [] : [legal]),
    ...names.filter((each) => isFormer(each) || isPreferred(each)),
  ]);
  const base = wasTemporary || legal === undefined ? { use: 'official' } : (legal as object);
  const { text: _text, prefix: _prefix, ...rest } = base as Record<string, unknown>;
  return [
    {
      ...rest,
      ...nameParts(name),
      ...(name.prefix ? { prefix: [name.prefix] } : {}),
    },
    ...(preferredName ? [{ use: 'nickname', given: [preferredName] }] : []),
    ...formerNames.map((former) => formerName(names, former)),
    ...names.filter((each) => !own.has(each)),
  ];
}

const nameParts = ({ family, given: first }: { family: string; given: string }): object => ({
  family: family === '' ? undefined : family,
  given: first === '' ? undefined : first.split(/\s+/),
});

function formerName(names: unknown[], former: { family: string; given: string }): unknown {
  const same = names.find(
    (each) => isFormer(each) && textAt(each, 'family') === former.family && given(each) === former.given,
  );
  return same ?? { use: 'old', ...nameParts(former) };
}

function nationalIdentifier(
  before: Resource,
  { scheme, value }: NonNullable<Demographics['nationalNumber']>,
): unknown {
  const normal = normalNationalNumber(scheme, value);
  const now = listAt(before, 'identifier').find((each) => isNational(each) && textAt(each, 'use') !== 'old');
  if (now !== undefined && textAt(now, 'value') === value) return now;
  return {
    use: 'official',
    type: { coding: [{ system: systems.identifierType, code: schemeType(scheme) }] },
    system: nationalSystem[scheme],
    value: normal,
  };
}

function extensionsOf(stated: Demographics, interpreter: boolean | null): object[] {
  const made: object[] = [];
  if (stated.birthSex) made.push({ url: urls.birthSex, valueCode: stated.birthSex });
  if (stated.genderIdentity)
    made.push({ url: urls.genderIdentity, valueCodeableConcept: { text: stated.genderIdentity } });
  if (stated.pronouns) {
    const [code, display] = pronounCodes[stated.pronouns];
    const valueCodeableConcept = { coding: [{ system: systems.loinc, code, display }] };
    made.push({ url: urls.pronouns, extension: [{ url: 'value', valueCodeableConcept }] });
  }
  if (interpreter !== null) made.push({ url: urls.interpreter, valueBoolean: interpreter });
  return made;
}

function addressWith(before: unknown, address: NonNullable<Demographics['address']>): unknown {
  if (before !== undefined && JSON.stringify(addressOf(before)) === JSON.stringify(address)) return before;
  const { lines, ...rest } = address;
  const parts = Object.entries(rest).filter(([, value]) => value !== '');
  return { use: 'home', ...(lines.length > 0 ? { line: lines } : {}), ...Object.fromEntries(parts) };
}

const toContact = ({ kinds, name, relation, phone }: Demographics['contacts'][number]): object => ({
  relationship: [
    ...kinds.map((kind) => ({ coding: [{ system: contactRole, code: contactCodes[kind] }] })),
    ...(relation === '' ? [] : [{ text: relation }]),
  ],
  name: { text: name },
  ...(phone === '' ? {} : { telecom: [{ system: 'phone', value: phone }] }),
});

/** What is compared when somebody may be on record twice. */
export function identityOf(patient: Resource): Identity {
  const numbers = listAt(patient, 'identifier').filter(isNational);
  return {
    names: listAt(patient, 'name')
      .filter((name) => textAt(name, 'use') !== 'temp' && !isPreferred(name))
      .map((name) => ({ family: textAt(name, 'family') ?? '', given: given(name) })),
    birthDate: textAt(patient, 'birthDate'),
    sex: textAt(patient, 'gender') ?? 'unknown',
    nationalNumbers: numbers.flatMap((each) => textAt(each, 'value') ?? []),
    phones: listAt(patient, 'telecom')
      .filter((each) => textAt(each, 'system') === 'phone')
      .flatMap((each) => textAt(each, 'value') ?? []),
  };
}
