import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { allow, refused, type Env } from '../http/route.ts';
import {
  openTerminology,
  type CodeVerdict,
  type Expansion,
  type Terminology,
} from '../terminology/terminology.ts';

const input = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z
    .array(
      z.looseObject({
        name: z.string(),
        valueCoding: z
          .object({
            system: z.string().optional(),
            code: z.string().optional(),
            display: z.string().optional(),
          })
          .optional(),
      }),
    )
    .default([]),
});

type Asked = (name: string) => string | undefined;

/** What an operation is asked, from the address or from a Parameters resource; a coding stands for its parts. */
async function asked(c: Context<Env>): Promise<Asked> {
  if (c.req.method === 'GET') return (name) => c.req.query(name);
  const body = input.safeParse(await c.req.json().catch(() => null));
  if (!body.success) throw refused('invalid', 'The body is no Parameters resource.');
  const values = new Map<string, string>();
  for (const { name, valueCoding, ...rest } of body.data.parameter) {
    for (const [part, value] of Object.entries(valueCoding ?? {}))
      if (value !== undefined) values.set(part, value);
    const plain = Object.entries(rest).find(([key]) => key.startsWith('value'))?.[1];
    if (typeof plain === 'string' || typeof plain === 'number') values.set(name, String(plain));
  }
  return (name) => values.get(name);
}

function needed(ask: Asked, ...names: string[]): string {
  for (const name of names) {
    const value = ask(name)?.trim();
    if (value) return value;
  }
  throw refused('invalid', `${names[0]} is missing.`);
}

/** @throws Refused when it is no whole number from 0 on */
function wholeNumber(ask: Asked, name: string, otherwise: number, most: number): number {
  const text = ask(name);
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw refused('invalid', `${name} is no whole number.`);
  return Math.min(Number(text), most);
}

const answer = (c: Context<Env>, resource: object): Response =>
  c.body(JSON.stringify(resource), 200, { 'Content-Type': 'application/fhir+json; charset=utf-8' });

type Parameter = { name: string } & Record<string, unknown>;

const parameters = (...parameter: (Parameter | null)[]): object => ({
  resourceType: 'Parameters',
  parameter: parameter.filter((each) => each !== null),
});

const text = (name: string, value: string | null): Parameter | null =>
  value === null ? null : { name, valueString: value };

const verdict = ({ valid, display, words }: CodeVerdict): object =>
  parameters({ name: 'result', valueBoolean: valid }, text('message', words), text('display', display));

type Operation = (terminology: Terminology, ask: Asked, now: Date) => Promise<object>;

const lookup: Operation = async (terminology, ask) => {
  const found = await terminology.lookup(needed(ask, 'system'), needed(ask, 'code'));
  if (!found) throw refused('not-found');
  const { systemTitle, version, display, active, also } = found;
  return parameters(
    { name: 'name', valueString: systemTitle },
    text('version', version),
    { name: 'display', valueString: display },
    ...also.map((value) => ({ name: 'designation', part: [{ name: 'value', valueString: value }] })),
    {
      name: 'property',
      part: [
        { name: 'code', valueCode: 'inactive' },
        { name: 'value', valueBoolean: !active },
      ],
    },
  );
};

const validateCode: Operation = async (terminology, ask) => {
  const question = {
    system: needed(ask, 'url', 'system'),
    code: needed(ask, 'code'),
    display: ask('display'),
  };
  const judged = await terminology.validateCode(question);
  if (!judged.ok) throw refused('unprocessable', judged.error.words);
  return verdict(judged.value);
};

const validateMember: Operation = async (terminology, ask) => {
  const question = {
    valueSet: needed(ask, 'url'),
    system: needed(ask, 'system'),
    code: needed(ask, 'code'),
    display: ask('display'),
  };
  const judged = await terminology.validateCode(question);
  if (!judged.ok)
    throw refused(judged.error.kind === 'unknown' ? 'not-found' : 'unprocessable', judged.error.words);
  return verdict(judged.value);
};

const pageCount = { usual: 100, most: 1_000 };
const lastOffset = 1_000_000;

const expand: Operation = async (terminology, ask, now) => {
  const offset = wholeNumber(ask, 'offset', 0, lastOffset);
  const count = wholeNumber(ask, 'count', pageCount.usual, pageCount.most);
  const expanded = await terminology.expand(needed(ask, 'url'), { filter: ask('filter'), offset, count });
  if (!expanded.ok) {
    throw refused(expanded.error.kind === 'unknown' ? 'not-found' : 'unprocessable', expanded.error.words);
  }
  return toValueSet(expanded.value, offset, now);
};

const toValueSet = ({ url, version, total, contains }: Expansion, offset: number, now: Date): object => ({
  resourceType: 'ValueSet',
  status: 'active',
  url,
  ...(version === null ? {} : { version }),
  expansion: {
    timestamp: now.toISOString(),
    ...(total === null ? {} : { total }),
    offset,
    contains,
  },
});

const translate: Operation = async (terminology, ask) => {
  const found = await terminology.translate({
    map: ask('url'),
    system: needed(ask, 'system'),
    code: needed(ask, 'code'),
    targetSystem: ask('targetsystem'),
  });
  const apt = found.filter(
    ({ code, equivalence }) => code !== null && !['unmatched', 'disjoint'].includes(equivalence),
  );
  return parameters(
    { name: 'result', valueBoolean: apt.length > 0 },
    apt.length > 0 ? null : text('message', 'No map that is loaded here has a match.'),
    ...found.map(({ equivalence, system, code, display, map }) => ({
      name: 'match',
      part: [
        { name: 'equivalence', valueCode: equivalence },
        ...(code === null
          ? []
          : [
              {
                name: 'concept',
                valueCoding: {
                  ...(system === null ? {} : { system }),
                  code,
                  ...(display === null ? {} : { display }),
                },
              },
            ]),
        { name: 'source', valueUri: map },
      ],
    })),
  );
};

/** FHIR's terminology operations (R4, "Terminology Service"), on their types, by GET and by POST of Parameters. */
export function terminologyOperations({ reader, now }: Pick<Deps, 'reader' | 'now'>) {
  const terminology = openTerminology(reader);
  const run =
    (operation: Operation) =>
    async (c: Context<Env>): Promise<Response> =>
      answer(c, await operation(terminology, await asked(c), now()));
  return new Hono<Env>()
    .on(['GET', 'POST'], '/CodeSystem/$lookup', allow('chart:read'), run(lookup))
    .on(['GET', 'POST'], '/CodeSystem/$validate-code', allow('chart:read'), run(validateCode))
    .on(['GET', 'POST'], '/ValueSet/$expand', allow('chart:read'), run(expand))
    .on(['GET', 'POST'], '/ValueSet/$validate-code', allow('chart:read'), run(validateMember))
    .on(['GET', 'POST'], '/ConceptMap/$translate', allow('chart:read'), run(translate));
}
