/** Each widened form of text reads all that was promised, and writes it as before. */
import { wireSchema } from '@morrow/adapter-http';
import { codecOf } from '@morrow/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widenedForms, withWidenedForms } from './widened-forms.ts';

const seed = Date.now() % 2 ** 31;

describe.each(widenedForms)('the widened $name', ({ before, after, schema, canonicalBefore }) => {
  it('is the form of today', () => {
    expect(wireSchema(schema)).toMatchObject(after);
  });

  it(`reads what the published form admits and writes it as before (seed ${seed})`, () => {
    const { decode, encode, copy } = codecOf(schema);
    const published = new RegExp(before.pattern, 'u');
    const maxLength = Number(before['maxLength'] ?? wireSchema(schema)['maxLength']);
    const texts = fc
      .stringMatching(new RegExp(before.pattern))
      .map((text) => text.slice(0, maxLength))
      .filter((text) => published.test(text) && !text.startsWith('0000'));
    const law = fc.property(texts, (text) => {
      const value = decode(text);
      expect(encode(value)).toBe(canonicalBefore(text));
      expect(copy(value)).toEqual(value);
      expect(new RegExp(after.pattern, 'u').test(text)).toBe(true);
    });
    fc.assert(law, { numRuns: 500, seed });
  });
});

it('takes a listed widening only as what it is, wherever it stands', () => {
  const [code, id] = widenedForms;
  const text = (form: object, maxLength = 9) => ({ type: 'string', maxLength, ...form });
  const within = (form: object) => ({ anyOf: [{ items: { properties: { it: form } } }] });
  const published = within(text(code?.before ?? {}));
  for (const today of [within(text(code?.after ?? {})), published])
    expect(withWidenedForms(published, today)).toEqual(today);
  for (const other of [text(id?.after ?? {}), text(code?.after ?? {}, 8), text({}), {}])
    expect(withWidenedForms(published, within(other))).toEqual(published);
});
