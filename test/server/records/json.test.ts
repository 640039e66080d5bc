import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, writeJson } from '../../../server/records/json.ts';

const attachment = (of: string): string => of.repeat(Math.ceil(20_000 / of.length));

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
