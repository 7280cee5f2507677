/** Content hashes: those of the published definition, whatever the text, and of known values. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, contentHash, textHash } from './json.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);

/** FNV-1a as its authors write it, with big integers. */
function plainHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of text)
    hash = ((hash ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

it(`is FNV-1a of 64 bits, seed ${seed}`, () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 400 }));
  const law = fc.property(texts, (text) => textHash(text) === plainHash(text));
  fc.assert(law, { seed, numRuns: 500 });
  // test vectors of draft-eastlake-fnv
  expect(['', 'a', 'foobar'].map(textHash)).toEqual([
    'cbf29ce484222325',
    'af63dc4c8601ec8c',
    '85944171f73967e8',
  ]);
});

it('does not depend on the order of keys, nor on those that hold nothing', () => {
  const value = { b: [1, { z: null, a: '€' }], a: undefined };
  expect(canonicalJson(value)).toBe('{"b":[1,{"a":"€","z":null}]}');
  expect(contentHash(value)).toBe(contentHash({ b: [1, { a: '€', z: null }] }));
  expect(contentHash(value)).not.toBe(contentHash({ b: [{ z: null, a: '€' }, 1] }));
});
