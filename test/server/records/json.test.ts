import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, writeJson } from '../../../server/records/json.ts';

const attachment = (of: string): string => of.repeat(Math.ceil(20_000 / of.length));

describe('JSON', () => {
  const space = fc.constantFrom('', ' ', '\n', '\t');
  const number = fc.constantFrom(
    '0',
    '-7',
    '1.5',
    '1.50',
    '7.0',
    '1e5',
    '1E-5',
    '12345678901234567890',
    '0.1',
    '120',
  );
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      number,
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('true', 'false', 'null', '"a: 1.50, \\"b\\": 2"'),
      fc.tuple(space, fc.array(tie('json'))).map(([gap, items]) => `[${gap}${items.join(`,${gap}`)}${gap}]`),
      fc
        .tuple(
          space,
          fc.uniqueArray(fc.string(), { maxLength: 4 }),
          fc.array(tie('json'), { minLength: 4, maxLength: 4 }),
        )
        .map(([gap, names, values]) => {
          const members = names.map((name, index) => `${JSON.stringify(name)}${gap}:${gap}${values[index]}`);
          return `{${gap}${members.join(`,${gap}`)}${gap}}`;
        }),
    ),
  }));

  it('keeps every digit, whatever stands around it', () => {
    const keyed = /"__proto__"/;
    fc.assert(
      fc.property(json, (text) => {
        fc.pre(!keyed.test(text));
        const [read, plain] = [parseJson(text), JSON.parse(text) as unknown];
        expect(JSON.parse(writeJson(read))).toEqual(plain);
        // Members whose names are numbers change their place, as in any object.
        expect(numbersIn(writeJson(read))).toEqual(numbersIn(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([['{"a": 1, "a": 2}'], ['{"a": {"b": "x", "b": "y"}, "c": 1.50}'], ['[{"a": 1, "\\u0061": 2}]']])(
    'of which two members of one name differ is refused: %s',
    (text) => {
      expect(() => parseJson(text)).toThrow(/Duplicate key/);
    },
  );

  it.each(['', '{', '{"a" 1}', '[1,]', '01', '"\n"', '{"a": 1.}', 'nul', '{"a": 1} x', '--1', '1.2.3'])(
    'that is none is refused: %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});

/** As they are written, outside of strings. */
const numbersIn = (text: string): string[] =>
  (text.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? []).sort();

describe('long strings', () => {
  it('are read as they stand, whatever is in them and around them', () => {
    const piece = fc.constantFrom('A', '"', '\\', '\\"', '\n', 'é', '\u{1F600}', '{"a":1.50}', '0');
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { minLength: 1 }).map((parts) => attachment(parts.join(''))),
    );
    const value = fc.oneof(text, fc.array(text), fc.integer(), fc.constant(null));
    const document = fc.dictionary(text, value, { maxKeys: 4 });
    fc.assert(
      fc.property(document, (made) => {
        const clean = Object.fromEntries(Object.entries(made).filter(([key]) => key !== '__proto__'));
        expect(parseJson(JSON.stringify(clean))).toEqual(clean);
      }),
      { numRuns: 200 },
    );
  });

  it('leave the digits of a decimal beside them as they are', () => {
    const text = `{"data":"${attachment('x')}","value":1.50}`;
    expect(writeJson(parseJson(text))).toBe(text);
  });

  it('do not move the place of what is wrong', () => {
    const broken = `{"data":"${attachment('x')}", nonsense}`;
    expect(() => parseJson(broken)).toThrow(`position ${broken.indexOf('nonsense')}`);
  });

  it('that differ under one name are still noticed', () => {
    const twice = `{"data":"${attachment('x')}","data":"${attachment('y')}"}`;
    expect(() => parseJson(twice)).toThrow(/Duplicate key/);
  });

  it('cost no more memory than they have characters', () => {
    const before = process.memoryUsage().rss;
    const text = `{"data":"${'x'.repeat(32 * 1024 * 1024)}"}`;
    expect((parseJson(text) as { data: string }).data).toHaveLength(32 * 1024 * 1024);
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(320);
  });
});
