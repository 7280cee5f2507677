/** The key of an installation: made once, for its owner alone, or named by the environment. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { claimsOf } from './claim-key.ts';

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-claim-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};
const call = { tenant: 'main', actor: 'person:ada', trace: '00-1-1-01', deadlineAt: 0 };

it('lets the processes of one installation believe each other, and no other', () => {
  const folder = newFolder();
  const [one, other] = [claimsOf(undefined, folder), claimsOf(undefined, folder)];
  const claim = one.signer.claimFor(call);
  expect(other.verifier.problemOf({ ...call, claim })).toBeUndefined();
  expect(one.signer.claimFor(call)).toBe(claim);
  const stranger = claimsOf(undefined, newFolder());
  expect(stranger.verifier.problemOf({ ...call, claim })).toContain('not signed by this platform');
  expect(readdirSync(folder)).toEqual(['claim.key']);
  expect(statSync(join(folder, 'claim.key')).mode & 0o777).toBe(0o600);
});
it('takes the key that the environment names', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const named = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const [one, other] = [claimsOf(named, newFolder()), claimsOf(`${named}\n`, newFolder())];
  expect(other.verifier.problemOf({ ...call, claim: one.signer.claimFor(call) })).toBeUndefined();
  expect(() => claimsOf('not a key', newFolder())).toThrow('M_CLAIM_KEY is no Ed25519 key');
});
