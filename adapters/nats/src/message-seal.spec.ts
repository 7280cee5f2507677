/** A seal opens for the message that it was made for, and for no other. */
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  messageKeyFrom,
  messageKeysOf,
  messageSeal,
  sealBytes,
  sealLifeMs,
  type Address,
} from './message-seal.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const key = messageKeyFrom(Buffer.from('a secret of this installation'));
const call: Address = { kind: 'call', subject: 'main.till.v1.deposit', reply: '_INBOX_a.b.1' };
const at = (now: number, keys = [key]) => messageSeal(keys, () => now);
const sealed = at(noon).close(call, '{"calls":[]}');

describe('a sealed message', () => {
  it('opens as it was closed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (body) => {
        const opened = at(noon).open(call, at(noon).close(call, body));
        expect(opened.toString()).toBe(body);
      }),
    );
  });

  it.each<[string, Partial<Address>]>([
    ['another operation', { subject: 'main.till.v1.balance' }],
    ['another tenant', { subject: 'other.till.v1.deposit' }],
    ['another place for the answer', { reply: '_INBOX_eve.b.1' }],
    ['no place for the answer', { reply: '' }],
    ['another kind', { kind: 'answer' }],
    ['a border that moved', { subject: 'main.till.v1.deposit _INBOX_a.b.1', reply: '' }],
  ])('does not open for %s', (_, changes) => {
    expect(at(noon).open({ ...call, ...changes }, sealed)).toBe('unsealed');
  });

  it('does not open with any bit changed, cut off or added', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(at(noon).open(call, changed)).toBe('unsealed');
    }
    for (let length = 0; length < sealed.length; length++)
      expect(at(noon).open(call, sealed.subarray(0, length))).toBe('unsealed');
    expect(at(noon).open(call, Buffer.concat([sealed, Buffer.of(0)]))).toBe('unsealed');
  });

  it('does not open for whatever bytes somebody sends', () => {
    const open = (bytes: Uint8Array) => {
      expect(at(noon).open(call, bytes)).toBe('unsealed');
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), open));
  });

  it('opens for half a minute, also where the clock of the sender is ahead', () => {
    const open = (now: number) => at(now).open(call, sealed).toString();
    expect(open(noon + sealLifeMs)).toBe('{"calls":[]}');
    expect(open(noon - sealLifeMs)).toBe('{"calls":[]}');
    expect(open(noon + sealLifeMs + 1)).toBe('stale');
    expect(open(noon - sealLifeMs - 1)).toBe('stale');
  });

  it('is an HMAC-SHA-256 over address, moment and body', () => {
    const label = 'morrow/1 call main.till.v1.deposit _INBOX_a.b.1\n';
    const mac = createHmac('sha256', key).update(label).update(sealed.subarray(32)).digest();
    expect(sealed.subarray(0, 32)).toEqual(mac);
    expect(sealed.subarray(sealBytes).toString()).toBe('{"calls":[]}');
  });
});

describe('message keys', () => {
  it('seal under the first and open under each, so that they can be changed', () => {
    const [old, next] = [randomBytes(32), randomBytes(48)].map((one) => one.toString('base64'));
    const both = messageKeysOf(`${next}, ${old}`);
    expect(at(noon, [...both]).open(call, at(noon, [...messageKeysOf(`${old}`)]).close(call, 'x')))
      .toEqual(Buffer.from('x')); // prettier-ignore
    const ofNext = at(noon, [...both]).close(call, 'x');
    expect(at(noon, [...messageKeysOf(`${next}`)]).open(call, ofNext)).toEqual(Buffer.from('x'));
    expect(at(noon, [...messageKeysOf(`${old}`)]).open(call, ofNext)).toBe('unsealed');
  });

  it('are refused where they are short or no base64', () => {
    for (const text of ['', 'hunter2', randomBytes(31).toString('base64'), 'ä'.repeat(60)])
      expect(() => messageKeysOf(text)).toThrow('32 bytes or more');
  });
});
