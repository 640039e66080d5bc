import { z } from 'zod';
import { parsed } from './parsed.ts';
import { categoryOf, noticeOf, systemTitles } from '../systems.ts';
import {
  BadRelease,
  type ReadOptions,
  type Release,
  type ReleaseEntry,
  type ReleaseHead,
  type ReleasedMapping,
  type ReleasedMember,
} from '../release.ts';
import { plainName, textOf } from './lines.ts';

const designations = z.array(z.object({ value: z.string() })).optional();

interface CodeSystemConcept {
  code: string;
  display?: string | undefined;
  designation?: { value: string }[] | undefined;
  property?:
    { code: string; valueCode?: string | undefined; valueBoolean?: boolean | undefined }[] | undefined;
  concept?: CodeSystemConcept[] | undefined;
}

const codeSystemConcept: z.ZodType<CodeSystemConcept> = z.lazy(() =>
  z.object({
    code: z.string(),
    display: z.string().optional(),
    designation: designations,
    property: z
      .array(
        z.object({
          code: z.string(),
          valueCode: z.string().optional(),
          valueBoolean: z.boolean().optional(),
        }),
      )
      .optional(),
    concept: z.array(codeSystemConcept).optional(),
  }),
);

const named = {
  url: z.string().optional(),
  version: z.string().optional(),
  title: z.string().optional(),
  name: z.string().optional(),
  copyright: z.string().optional(),
};

const codeSystem = z.object({
  ...named,
  resourceType: z.literal('CodeSystem'),
  content: z.string().optional(),
  concept: z.array(codeSystemConcept).optional(),
});

const part = z.object({
  system: z.string().optional(),
  valueSet: z.array(z.string()).optional(),
  concept: z
    .array(z.object({ code: z.string(), display: z.string().optional(), designation: designations }))
    .optional(),
  filter: z.array(z.unknown()).optional(),
});

interface Contained {
  system?: string | undefined;
  code?: string | undefined;
  display?: string | undefined;
  abstract?: boolean | undefined;
  contains?: Contained[] | undefined;
}

const contained: z.ZodType<Contained> = z.lazy(() =>
  z.object({
    system: z.string().optional(),
    code: z.string().optional(),
    display: z.string().optional(),
    abstract: z.boolean().optional(),
    contains: z.array(contained).optional(),
  }),
);

const valueSet = z.object({
  ...named,
  resourceType: z.literal('ValueSet'),
  compose: z.object({ include: z.array(part), exclude: z.array(part).optional() }).optional(),
  expansion: z.object({ contains: z.array(contained).optional() }).optional(),
});

const conceptMap = z.object({
  ...named,
  resourceType: z.literal('ConceptMap'),
  group: z
    .array(
      z.object({
        source: z.string().optional(),
        target: z.string().optional(),
        element: z.array(
          z.object({
            code: z.string(),
            target: z
              .array(
                z.object({
                  code: z.string().optional(),
                  display: z.string().optional(),
                  equivalence: z.string().optional(),
                }),
              )
              .optional(),
          }),
        ),
      }),
    )
    .optional(),
});

const resource = z.discriminatedUnion('resourceType', [codeSystem, valueSet, conceptMap]);
type TerminologyResource = z.infer<typeof resource>;

const bundle = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(z.object({ resource: z.looseObject({ resourceType: z.string() }) })).optional(),
});

/** Code systems, value sets and concept maps in a FHIR R4 file, JSON or XML, alone or in a Bundle. @throws BadRelease */
export async function readFhir(path: string, options: ReadOptions): Promise<Release[]> {
  const content = await parsed(path, await textOf(path));
  const whole = bundle.safeParse(content);
  const inside = whole.success ? (whole.data.entry ?? []).map(({ resource: each }) => each) : [content];
  const known = inside.filter(
    (each) =>
      !whole.success ||
      ['CodeSystem', 'ValueSet', 'ConceptMap'].includes((each as { resourceType: string }).resourceType),
  );
  if (known.length === 0) throw new BadRelease(path, 'there is no CodeSystem, ValueSet or ConceptMap in it.');
  return known.flatMap((each, index) => {
    const read = resource.safeParse(each);
    if (read.success) return releasesOf(path, read.data, options);
    const [issue] = read.error.issues;
    const at = [...(whole.success ? ['entry', index] : []), ...(issue?.path ?? [])].map(String).join('.');
    throw new BadRelease(
      path,
      `${at === '' ? 'the resource' : at} is not as FHIR says (${issue?.message ?? 'unknown'}).`,
    );
  });
}

const formats = {
  CodeSystem: 'FHIR CodeSystem',
  ValueSet: 'FHIR ValueSet',
  ConceptMap: 'FHIR ConceptMap',
} as const;

function releasesOf(path: string, found: TerminologyResource, options: ReadOptions): Release[] {
  const head = (kind: ReleaseHead['kind'], url: string | undefined): ReleaseHead => {
    if (url === undefined || url === '')
      throw new BadRelease(path, 'it has no url by which codings could name it.');
    return {
      kind,
      url,
      version: options.version ?? found.version ?? null,
      title: found.title ?? found.name ?? systemTitles[url] ?? plainName(path),
      category: kind === 'system' ? (options.category ?? categoryOf(url)) : null,
      format: formats[found.resourceType],
      notice: found.copyright ?? (kind === 'system' ? noticeOf(url) : null),
      incomplete: null,
    };
  };
  switch (found.resourceType) {
    case 'CodeSystem': {
      const entries = [...conceptsOf(found.concept ?? [])];
      if (entries.length === 0) throw new BadRelease(path, 'the code system comes without its concepts.');
      return [{ head: head('system', options.system ?? found.url), entries }];
    }
    case 'ConceptMap':
      return [
        {
          head: head('concept-map', found.url),
          entries: [...mappingsOf(found.group ?? [], options.system ?? '')],
        },
      ];
    case 'ValueSet': {
      // A value set may be all that there is of a code system: then it stands for it.
      if (options.system !== undefined) {
        const entries = codesOf(found, options.system);
        if (entries.length === 0) throw new BadRelease(path, `it lists no code of ${options.system}.`);
        return [{ head: head('system', options.system), entries }];
      }
      const { members, incomplete } = membersOf(found);
      const entries = members.map((member) => ({ member }));
      return [{ head: { ...head('value-set', found.url), incomplete }, entries }];
    }
  }
}

function* conceptsOf(concepts: CodeSystemConcept[], parent?: string): Generator<ReleaseEntry> {
  for (const { code, display = code, designation = [], property = [], concept = [] } of concepts) {
    const inactive = property.some(
      (each) =>
        (each.code === 'inactive' && each.valueBoolean === true) ||
        (each.code === 'status' && ['retired', 'deprecated'].includes(each.valueCode ?? '')),
    );
    const also = designation.map(({ value }) => value).filter((value) => value !== display);
    yield { concept: { code, display, active: !inactive, also } };
    if (parent !== undefined) yield { relation: { from: code, relation: 'parent', to: parent } };
    yield* conceptsOf(concept, code);
  }
}

function codesOf({ compose, expansion }: z.infer<typeof valueSet>, system: string): ReleaseEntry[] {
  const listed = (compose?.include ?? []).flatMap((each) =>
    each.system === system ? (each.concept ?? []) : [],
  );
  const expanded = flat(expansion?.contains ?? []).filter((each) => each.system === system);
  const seen = new Set<string>();
  return [...listed, ...expanded].flatMap(({ code, display }): ReleaseEntry[] => {
    if (code === undefined || seen.has(code)) return [];
    seen.add(code);
    return [{ concept: { code, display: display ?? code } }];
  });
}

const flat = (contains: Contained[]): Contained[] =>
  contains.flatMap((each) => [...(each.abstract ? [] : [each]), ...flat(each.contains ?? [])]);

/** An expansion that came along is the set; otherwise what it is composed of, as far as that can be followed here. */
function membersOf({ compose, expansion }: z.infer<typeof valueSet>): {
  members: ReleasedMember[];
  incomplete: string | null;
} {
  const contains = flat(expansion?.contains ?? []);
  if (contains.length > 0) {
    const members = contains.map(({ system, code, display }) => coding(false, system, code, display));
    return { members, incomplete: null };
  }
  const include = compose?.include ?? [];
  const filtered = [...include, ...(compose?.exclude ?? [])].some(({ filter = [] }) => filter.length > 0);
  const crossed = include.some(
    ({ valueSet: sets = [], system }) => sets.length > 1 || (sets.length > 0 && system),
  );
  const members = [
    ...include.flatMap((each) => partMembers(each, false)),
    ...(compose?.exclude ?? []).flatMap((each) => partMembers(each, true)),
  ];
  const incomplete = (): string | null => {
    if (members.length === 0) return 'It does not say what is in it.';
    if (filtered) return 'It is defined by filters, which are not followed.';
    return crossed
      ? 'It is defined by what several value sets have in common, which is not worked out.'
      : null;
  };
  return { members, incomplete: incomplete() };
}

const partMembers = (
  { system, valueSet: sets = [], concept }: z.infer<typeof part>,
  excluded: boolean,
): ReleasedMember[] => {
  if (concept !== undefined)
    return concept.map(({ code, display }) => coding(excluded, system, code, display));
  if (sets.length > 0) return sets.map((each) => ({ excluded, valueSet: each }));
  return [coding(excluded, system)];
};

const coding = (
  excluded: boolean,
  system: string | undefined,
  code?: string,
  display?: string,
): ReleasedMember => ({
  excluded,
  ...(system === undefined ? {} : { system }),
  ...(code === undefined ? {} : { code }),
  ...(display === undefined ? {} : { display }),
});

type Groups = NonNullable<z.infer<typeof conceptMap>['group']>;

/** Some maps do not say whose codes they map; these are followed when somebody names the map. */
function* mappingsOf(groups: Groups, unsaid: string): Generator<ReleaseEntry> {
  for (const { source, target: targetSystem, element } of groups) {
    for (const { code, target = [] } of element) {
      const unmatched = [{ equivalence: 'unmatched' } as (typeof target)[number]];
      for (const each of target.length > 0 ? target : unmatched) {
        const mapping: ReleasedMapping = {
          sourceSystem: source ?? unsaid,
          sourceCode: code,
          equivalence: each.equivalence ?? 'equivalent',
          ...(targetSystem === undefined || each.code === undefined ? {} : { targetSystem }),
          ...(each.code === undefined ? {} : { targetCode: each.code }),
          ...(each.display === undefined ? {} : { targetDisplay: each.display }),
        };
        yield { mapping };
      }
    }
  }
}
