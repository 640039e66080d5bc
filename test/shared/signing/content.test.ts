import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appRoot } from '../../../server/db/appRoot.ts';
import { canonicalJson, contentHash } from '../../../shared/signing/content.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts keys by UTF-16 code units, as the RFC’s own example does', () => {
    const value = {
      '\u20ac': 'Euro',
      '\r': 'CR',
      '\ufb33': 'Dalet',
      '1': 'One',
      '\ud83d\ude00': 'Smile',
      '\u0080': 'Control',
      '\u00f6': 'O',
    };
    const order = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object)).toEqual(expect.arrayContaining(order));
    const places = order.map((key) => canonicalJson(value).indexOf(`${JSON.stringify(key)}:`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it.each([
    [1e21, '1e+21'],
    [-0, '0'],
    [1e-7, '1e-7'],
    [333333333.33333329, '333333333.3333333'],
    [4.5, '4.5'],
  ])('writes the number %d as %s', (value, text) => expect(canonicalJson(value)).toBe(text));

  it('is the same for equal values, whatever the order of their keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses what JSON cannot carry', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });
});

describe('contentHash', () => {
  it('gives the test vectors of docs/protocol.md', async () => {
    const protocol = readFileSync(join(appRoot(), 'docs/protocol.md'), 'utf8');
    const vectors = [...protocol.matchAll(/```json\n(.+)\n```\n`([0-9a-f]{64})`/g)];
    expect(vectors).toHaveLength(2);
    for (const [, json, hash] of vectors) expect(await contentHash(JSON.parse(json!))).toBe(hash);
  });
});
