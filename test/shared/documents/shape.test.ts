import { describe, expect, it } from 'vitest';
import { idPattern, isPlainJson } from '../../../shared/documents/shape.ts';

describe('plain JSON', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
  const withPrototype = JSON.parse('{"isAdmin":true}') as object;

  it.each([null, true, 0.5, 'text', [1, 'two', null], { dose: { value: '40', unit: 'mg' } }, nested(8)])(
    '%j may come in',
    (value) => expect(isPlainJson(value)).toBe(true),
  );

  it.each([
    ['too deep', nested(9)],
    ['not a number', Number.NaN],
    ['bytes', new Uint8Array(2)],
    ['a foreign prototype', Object.create(withPrototype)],
    ['a prototype as an own key', JSON.parse('{"__proto__":{"isAdmin":true}}')],
    ['a constructor', { constructor: 1 }],
    ['undefined', undefined],
    ['too long', 'x'.repeat(16 * 1024 + 1)],
    ['too many keys', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 1]))],
  ])('%s may not', (_why, value) => expect(isPlainJson(value)).toBe(false));

  it('keys that clients make cannot be a prototype', () => {
    for (const key of ['__proto__', '_x', '', 'a b', 'ä', 'a'.repeat(65)])
      expect(idPattern.test(key)).toBe(false);
    expect(idPattern.test('3f2c1e64-0000-4000-8000-000000000000')).toBe(true);
  });
});
