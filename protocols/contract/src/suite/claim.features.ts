/** What every binding does with the claim of a call: nobody speaks for another. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { following, type CallContext, type Claim, type ProvenClaim } from '../context.ts';
import { notSigned, type ClaimReader } from '../dispatch/claim.ts';
import { callOf, outcomeOf, type OpenBinding } from './open-binding.ts';
import { tillPort } from './till.protocol.ts';

/** Claims without cryptography: those that were given here are known by a number. */
export function memoryClaims() {
  const given = new Map<string, ProvenClaim>();
  const reader: ClaimReader = {
    read: (token) => given.get(token),
    isProven: (claim) => given.get(claim.token) === claim,
  };
  const give = (changes: Partial<Claim> = {}): ProvenClaim => {
    const token = `claim-${given.size}`;
    const made = { ...claimOfAda(), ...changes, token } as ProvenClaim;
    given.set(token, made);
    return made;
  };
  return { reader, give };
}
/** Of the caller of `callOf`, for a minute. */
export const claimOfAda = (): Claim => ({
  tenant: 'main',
  actor: 'person:ada',
  scopes: ['organization'],
  features: [],
  expiresAt: Date.now() + 60_000,
});

const refused = (message: string) => ({
  protocol: 'till',
  code: 'unauthenticated',
  fault: 'unauthenticated',
  data: {},
  message,
});
const somebodyElse = refused('The claim belongs to another caller.');
const forged = { ...claimOfAda(), token: 'put together' } as ProvenClaim;

/** Runs the suite over a binding that carries claims. */
export function claimSuite(binding: string, open: OpenBinding): void {
  const asked = async () => {
    const seen: unknown[] = [];
    const { reader, give } = memoryClaims();
    const port = tillPort((call) => seen.push(call));
    const bound = await open(port, { claims: reader, hasTenant: () => true });
    onTestFinished(() => bound.close());
    const ask = (context: CallContext) => outcomeOf(bound.port.balance({ till: 'main' }, context));
    return { ask, give, seen };
  };
  describe(`a claim ${binding}`, () => {
    it('lets the person through whom it names, and modules that act for her', async () => {
      const { ask, give, seen } = await asked();
      const context = callOf({ claim: give() });
      expect(await ask(context)).toHaveProperty('ok');
      expect(await ask(following(context, 'module:shop', 'key-2'))).toHaveProperty('ok');
      const service = give({ actor: 'service:wms', onBehalfOf: 'person:ada' });
      const module = { actor: 'module:wms', onBehalfOf: 'person:ada' };
      expect(await ask(callOf({ claim: service, ...module }))).toHaveProperty('ok');
      expect(seen).toHaveLength(3);
    });

    it.each([
      ['without one', () => ({}), refused('The call carries no claim.')],
      ['with a forged one', () => ({ claim: forged }), refused(notSigned)],
    ])('refuses a call %s', async (_, changes, refusal) => {
      const { ask, seen } = await asked();
      expect(await ask(callOf(changes()))).toEqual(refusal);
      expect(seen).toEqual([]);
    }); // prettier-ignore

    it('refuses a call when it has expired, also where it was good before', async () => {
      const { ask, give, seen } = await asked();
      const claim = give({ expiresAt: Date.now() - 1 });
      const expired = refused('The claim has expired. Sign in again.');
      for (const again of [false, true])
        expect([again, await ask(callOf({ claim }))]).toEqual([again, expired]);
      expect(seen).toEqual([]);
    }); // prettier-ignore

    it.each([
      ['for another tenant', { tenant: 'other' }],
      ['of another person', { actor: 'person:eve' }],
      ['of a module for another person', { actor: 'module:shop', onBehalfOf: 'person:eve' }],
      ['of a module for nobody', { actor: 'module:shop' }],
      ['of a person for that person', { actor: 'person:eve', onBehalfOf: 'person:ada' }],
    ])('refuses a call %s', async (_, changes) => {
      const { ask, give, seen } = await asked();
      expect(await ask(callOf({ claim: give(), ...changes }))).toEqual(somebodyElse);
      expect(seen).toEqual([]);
    });

    it('is not swapped between two people', async () => {
      const { ask, give } = await asked();
      const [hers, his] = [give(), give({ actor: 'person:bob' })];
      expect(await ask(callOf({ claim: hers, actor: 'person:bob' }))).toEqual(somebodyElse);
      expect(await ask(callOf({ claim: his }))).toEqual(somebodyElse);
      expect(await ask(callOf({ claim: his, actor: 'person:bob' }))).toHaveProperty('ok');
    });
  });
}
