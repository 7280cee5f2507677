/** A claim holds for whom it was signed, until it expires, and for nobody else. */
import { generateKeyPairSync } from 'node:crypto';
import { following } from '@morrow/contract';
import { callOf } from '@morrow/contract/suite';
import { describe, expect, it } from 'vitest';
import { ClaimVerifier, signClaim, type Claim } from './claims.ts';

const edge = generateKeyPairSync('ed25519');
const forger = generateKeyPairSync('ed25519');
const noon = Date.UTC(2026, 10, 21, 12);
const ada: Claim = {
  tenant: 'main',
  actor: 'person:ada',
  scopes: ['till'],
  features: [],
  expiresAt: noon + 60_000,
};
const verifier = (now = () => noon) => new ClaimVerifier(edge.publicKey, now);
const token = signClaim(edge.privateKey, ada);
const notSigned = 'The claim was not signed by this platform.';
const somebodyElse = 'The claim is about somebody else.';

describe('a claim', () => {
  it('holds for the person whom it names, each time', () => {
    const claims = verifier();
    const call = callOf({ claim: token });
    expect([claims.problemOf(call), claims.problemOf(call)]).toEqual([undefined, undefined]);
  });

  it('holds for a module that acts on behalf of that person', () => {
    const onward = following(callOf({ claim: token }), 'module:shop', 'key-2');
    expect(verifier().problemOf(onward)).toBeUndefined();
  });

  it('is missed where there is none', () => {
    expect(verifier().problemOf(callOf())).toBe('The call carries no claim.');
  });

  it('expires, also when it was checked before', () => {
    let now = noon;
    const claims = verifier(() => now);
    expect(claims.problemOf(callOf({ claim: token }))).toBeUndefined();
    now = ada.expiresAt;
    const expired = 'The claim has expired: sign in again.';
    expect(claims.problemOf(callOf({ claim: token }))).toBe(expired);
    expect(verifier(() => now).problemOf(callOf({ claim: token }))).toBe(expired);
  });

  it.each([
    ['another key', signClaim(forger.privateKey, ada)],
    ['another payload under its signature', swapPayload({ ...ada, actor: 'person:eve' })],
    ['no signature', token.split('.')[0] ?? ''],
    ['a third part', `${token}.x`],
    ['no text', ''],
    ['no base64', '!.!'],
  ])('is forged with %s', (_, claim) => {
    expect(verifier().problemOf(callOf({ claim, actor: 'person:eve' }))).toBe(notSigned);
  });

  it.each([
    ['of another tenant', { tenant: 'other' }],
    ['of another person', { actor: 'person:eve' }],
    ['of a module for another person', { actor: 'module:shop', onBehalfOf: 'person:eve' }],
    ['of a module for nobody', { actor: 'module:shop' }],
    ['of a person for that person', { actor: 'person:eve', onBehalfOf: 'person:ada' }],
  ])('does not cover a call %s', (_, changes) => {
    expect(verifier().problemOf(callOf({ claim: token, ...changes }))).toBe(somebodyElse);
  });
});

function swapPayload(claim: Claim): string {
  const payload = Buffer.from(JSON.stringify(claim)).toString('base64url');
  return `${payload}.${token.split('.')[1]}`;
}
