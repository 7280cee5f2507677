/** A context that arrives over a wire is held to the limits of every binding. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { callOf, memoryClaims } from '../suite/index.ts';
import { arrivedContext, deadlineMaxMs, travelling, untraced } from './travelling-context.ts';

const now = Date.UTC(2026, 10, 21, 12);
const call = callOf({ deadlineAt: now + 5_000, onBehalfOf: 'person:bob' });
const sent = travelling(call, now);
const arrive = (changes: object = {}, token?: unknown, claims = memoryClaims().reader) =>
  arrivedContext({ ...sent, ...changes }, { tenant: 'main', token, claims, now });
const problemOf = (changes: object) => {
  const arrived = arrive(changes);
  return 'problem' in arrived ? arrived : undefined;
};
const invalid = (problem: string) => ({ fault: 'invalid', problem });

describe('a context that arrives', () => {
  it('is the one that was sent, in the tenant of its subject', () => {
    expect(arrive()).toEqual({ context: { ...call, claim: undefined } });
  });

  it('carries the claim that its text proves, and is refused where it proves none', () => {
    const { reader, give } = memoryClaims();
    const claim = give();
    expect(arrive({}, claim.token, reader)).toHaveProperty('context.claim', claim);
    for (const token of ['forged', 7, null, {}, []])
      expect(arrive({}, token, reader)).toEqual({
        fault: 'unauthenticated',
        problem: 'The claim was not signed by this platform.',
      });
  });

  it('waits no longer than over HTTP', () => {
    const arrived = arrive({ leftMs: 3_600_000 });
    expect(arrived).toHaveProperty('context.deadlineAt', now + deadlineMaxMs);
  });

  it('has no trace where what it brings is none', () => {
    for (const trace of ['none', '', 7, undefined, 'x'.repeat(100_000)])
      expect(arrive({ trace })).toHaveProperty('context.trace', untraced);
  });

  it.each([
    ['k'.repeat(201), 'The Idempotency-Key is longer than 200 characters.'],
    ['', 'The Idempotency-Key is not printable text.'],
    ['a\nb', 'The Idempotency-Key is not printable text.'],
    ['\ud800', 'The Idempotency-Key is not printable text.'],
    [7, 'The Idempotency-Key is not printable text.'],
    [['a'], 'The Idempotency-Key is not printable text.'],
    [null, 'The Idempotency-Key is not printable text.'],
  ])('is refused with the key %j', (key, problem) => {
    expect(problemOf({ key })).toEqual(invalid(problem));
  });

  it.each([
    [{ actor: '' }, 'The actor of the call is not printable text.'],
    [{ actor: 'a'.repeat(201) }, 'The actor of the call is not printable text.'],
    [{ actor: { toString: 'x' } }, 'The actor of the call is not printable text.'],
    [
      { onBehalfOf: 'a\u0000' },
      'The person on whose behalf the call is made is not printable text.',
    ],
    [{ leftMs: '5' }, 'The call has no deadline.'],
    [{ leftMs: undefined }, 'The call has no deadline.'],
    [{ leftMs: Infinity }, 'The call has no deadline.'],
  ])('is refused where it is %j', (changes, problem) => {
    expect(problemOf(changes)).toEqual(invalid(problem));
  });

  it('is never more than a refusal, whatever arrives', () => {
    const { reader: claims } = memoryClaims();
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (context, token) => {
        const arrived = arrivedContext(context, { tenant: 'main', token, claims, now });
        return 'problem' in arrived || typeof arrived.context.actor === 'string';
      }),
    );
  });
});
