/** A claim is read where a key of the platform signed it, and checked once. */
import { generateKeyPairSync } from 'node:crypto';
import { claimProblem, type Claim, type ProvenClaim } from '@morrow/contract';
import { callOf } from '@morrow/contract/suite';
import { describe, expect, it } from 'vitest';
import { newPrivateKey, openClaims, privateKeyOf, publicKeysOf, publicTextOf } from './index.ts';

const edge = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const noon = Date.UTC(2026, 10, 21, 12);
const minutes = 60_000;
const ada: Claim = {
  tenant: 'main',
  actor: 'person:ada',
  scopes: ['till'],
  features: [],
  expiresAt: noon + 15 * minutes,
};
/** A process at the edge and one that only reads, both at noon unless told. */
const at = (now = () => noon) => ({
  signer: openClaims({ privateKey: edge.privateKey, now }),
  reader: openClaims({ publicKeys: [edge.publicKey], now }),
});
const { signer } = at();
const { token } = signer.sign(ada);
const [payload = '', signature = ''] = token.split('.');
const [, signatureOfBob] = signer.sign({ ...ada, actor: 'person:bob' }).token.split('.');
const encoded = (claim: Claim) => Buffer.from(JSON.stringify(claim)).toString('base64url');

describe('a signed claim', () => {
  it('is read as it was signed by whoever has the public key', () => {
    const { reader } = at();
    const claim = reader.read(token);
    expect(claim).toEqual({ ...ada, token });
    expect(claimProblem(reader, callOf({ claim }), noon)).toBeUndefined();
  });

  it('is checked once: the same value comes again for the same text', () => {
    const { reader } = at();
    expect(reader.read(token)).toBe(reader.read(token));
  });

  it('expires, also when it was read before', () => {
    let now = noon;
    const { reader } = at(() => now);
    const before = reader.read(token);
    now = ada.expiresAt;
    const after = reader.read(token);
    expect(after).not.toBe(before);
    for (const claim of [before, after])
      expect(claimProblem(reader, callOf({ claim }), now)).toMatch(/has expired/);
  });

  it.each([
    ['by another key', openClaims({ privateKey: stranger.privateKey }).sign(ada).token],
    ['with another payload', `${encoded({ ...ada, actor: 'person:eve' })}.${signature}`],
    ['with the signature of another', `${payload}.${signatureOfBob}`],
    ['with no signature', payload],
    ['with a third part', `${token}.x`],
    ['as no text', ''],
    ['as no base64', '!.!'],
  ])('is not read %s', (_, text) => {
    expect(at().reader.read(text)).toBeUndefined();
  }); // prettier-ignore

  it('is no claim when its fields were copied', () => {
    const { reader } = at();
    const copy = { ...(reader.read(token) as ProvenClaim), actor: 'person:eve' };
    expect(claimProblem(reader, callOf({ claim: copy, actor: 'person:eve' }), noon)).toBe(
      'The claim was not signed by this platform.',
    );
  });
});

describe('the claim of a session', () => {
  const session = { tenant: 'main', actor: 'service:wms', onBehalfOf: 'person:ada' };
  it('is the same one until half of its time is over', () => {
    let now = noon;
    const claims = openClaims({ privateKey: edge.privateKey, now: () => now });
    const first = claims.claimFor(session);
    now = noon + 7 * minutes;
    expect(claims.claimFor(session)).toBe(first);
    now = noon + 8 * minutes;
    const next = claims.claimFor(session);
    expect([first.expiresAt, next.expiresAt]).toEqual([noon + 15 * minutes, now + 15 * minutes]);
  });

  it('is another for another tenant, actor or person', () => {
    const texts = [
      session,
      { ...session, tenant: 'b' },
      { ...session, actor: 'service:orders' },
      { ...session, onBehalfOf: undefined },
    ].map((who) => signer.claimFor(who).token);
    expect(new Set(texts).size).toBe(4);
  });

  it('is given by nobody without a private key', () => {
    expect(() => at().reader.claimFor(session)).toThrow('no key to sign claims with');
  });
});

describe('keys', () => {
  it('are lines of text; each public key is believed, so that keys can be changed', () => {
    const next = privateKeyOf(newPrivateKey());
    const texts = [stranger, edge].map(({ privateKey }) => publicTextOf(privateKey));
    const reader = openClaims({
      privateKey: next,
      publicKeys: publicKeysOf(texts.join(',')),
      now: () => noon,
    });
    expect(reader.read(token)).toMatchObject(ada);
    expect(reader.read(openClaims({ privateKey: next }).sign(ada).token)).toMatchObject(ada);
  });

  it('of another kind are refused', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const text = rsa.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    expect(() => privateKeyOf(text)).toThrow('The key is of the kind rsa, not ed25519.');
    expect(() => publicKeysOf(publicTextOf(rsa))).toThrow('kind rsa');
    expect(() => publicKeysOf('')).toThrow();
  });
});
