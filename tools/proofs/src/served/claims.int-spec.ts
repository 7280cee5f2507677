/** Processes of one installation believe each other; nobody else on the same broker is served. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPrivateKey, openClaims, privateKeyOf, publicTextOf } from '@morrow/adapter-ed25519';
import { newTrace } from '@morrow/adapter-local';
import { connectNats, natsTransport } from '@morrow/adapter-nats';
import { boot, type Running } from '@morrow/business/parts/boot';
import { claimsOf, sealOf } from '@morrow/business/parts/claims';
import { readSettings } from '@morrow/business/parts/settings';
import type { CallContext, Claim } from '@morrow/contract';
import { testNats, testPostgres } from '@morrow/dev-services';
import { Parties } from '@morrow/protocol-parties';
import { describe, expect, it, onTestFinished } from 'vitest';

const nats = await testNats();
const postgres = await testPostgres();
const protocol = Parties;
let grounds = 0;

/** Settings of a process with data of its own and one tenant. */
function groundFor(environment: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-claims-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tenant = `c${process.pid}x${grounds++}`;
  writeFileSync(join(folder, 'tenants.json'), JSON.stringify([tenant]));
  const host = encodeURIComponent(postgres.host);
  const DATABASE_URL = `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`;
  const env = { M_DATA: folder, PORT: '0', LOG_LEVEL: 'error', DATABASE_URL, ...environment };
  return { tenant, folder, settings: readSettings(env) };
}
const callFor = (tenant: string, changes: Partial<CallContext> = {}): CallContext => ({
  tenant,
  actor: 'person:ada',
  trace: newTrace(),
  deadlineAt: Date.now() + 20_000,
  ...changes,
});
const refusal = (sentence: string) => ({
  error: { code: 'unauthenticated', fault: 'unauthenticated', data: {}, sentence },
});
const notSigned = refusal('The claim was not signed by this platform.');
const somebodyElse = refusal('The claim belongs to another caller.');
const page = { limit: 10 };

/** Outcomes of one query under each wrong claim that there is, and under the right one. */
async function outcomes(
  ask: (context: CallContext) => Promise<unknown>,
  running: Running,
  tenant: string,
) {
  const own = claimsOf(running.settings);
  const stranger = openClaims({ privateKey: generateKeyPairSync('ed25519').privateKey });
  const ada: Claim = {
    tenant,
    actor: 'person:ada',
    scopes: [],
    features: [],
    expiresAt: Date.now() + 60_000,
  };
  const good = own.sign(ada);
  const call = (changes: Partial<CallContext>) => ask(callFor(tenant, changes));
  return {
    none: await call({}),
    forged: await call({ claim: stranger.sign(ada) }),
    expired: await call({ claim: own.sign({ ...ada, expiresAt: Date.now() - 1 }) }),
    ofAnotherTenant: await call({ claim: own.sign({ ...ada, tenant: 'other' }) }),
    swapped: await call({ claim: good, actor: 'person:eve' }),
    signedHere: await ask(running.signed(callFor(tenant))),
  };
}
const served = { ok: expect.anything() };

describe('a call without the claim of its actor', () => {
  it('is refused in process, where a claim was signed by another process too', async () => {
    const { tenant, settings } = groundFor();
    const running = await boot(settings, {});
    onTestFinished(() => running.stop());
    const handler = running.handlers.find((held) => held.protocol.spec.name === 'parties')?.handler;
    const ask = async (context: CallContext) => handler?.('list', page, context);
    expect(await outcomes(ask, running, tenant)).toEqual({
      none: refusal('The call carries no claim.'),
      forged: notSigned,
      // values of another verifier: nothing but this process's own are believed without a look
      expired: notSigned,
      ofAnotherTenant: notSigned,
      swapped: notSigned,
      signedHere: served,
    });
    const swapped = { ...running.signed(callFor(tenant)), actor: 'person:eve' };
    expect(await ask(swapped)).toEqual(somebodyElse);
    const elsewhere = running.signed(callFor('elsewhere'));
    expect(await ask({ ...elsewhere, tenant })).toEqual(somebodyElse);
  });

  it.skipIf('missing' in nats)('is refused over NATS', async () => {
    if ('missing' in nats) return;
    const { tenant, settings } = groundFor({
      NATS_URL: nats.url,
      M_NATS_TRUSTED: 'yes',
      M_MODULES: 'masters',
    });
    const running = await boot(settings, {});
    onTestFinished(() => running.stop());
    const link = await connectNats({ url: nats.url, name: 'stranger', seal: sealOf(settings) });
    onTestFinished(() => link.close());
    const transport = natsTransport(link, protocol);
    const ask = (context: CallContext) => transport('list', page, context);
    expect(await outcomes(ask, running, tenant)).toEqual({
      none: refusal('The call carries no claim.'),
      forged: notSigned,
      expired: refusal('The claim has expired. Sign in again.'),
      ofAnotherTenant: somebodyElse,
      swapped: somebodyElse,
      signedHere: served,
    });
  });
});

describe('the key of an installation', () => {
  it('is made once, for its owner alone', () => {
    const { folder, settings } = groundFor();
    const claim = claimsOf(settings).claimFor(callFor('main'));
    expect(claimsOf(settings).read(claim.token)).toEqual(claim);
    expect(statSync(join(folder, 'claim.key')).mode & 0o777).toBe(0o600);
  });

  it('comes from the environment; others are believed by their public keys', () => {
    const M_CLAIM_KEY = newPrivateKey();
    const M_CLAIM_KEYS = publicTextOf(privateKeyOf(M_CLAIM_KEY));
    const { token } = claimsOf(groundFor({ M_CLAIM_KEY }).settings).claimFor(callFor('main'));
    const reader = claimsOf(groundFor({ M_CLAIM_KEYS }).settings);
    expect(reader.read(token)).toMatchObject({ actor: 'person:ada' });
    expect(claimsOf(groundFor().settings).read(token)).toBeUndefined();
  });

  it('is refused with a sentence where it is none', () => {
    const { settings } = groundFor({ M_CLAIM_KEY: 'hunter2', M_CLAIM_KEYS: 'hunter3' });
    expect(() => claimsOf(settings)).toThrow(
      'M_CLAIM_KEY holds no Ed25519 private key in base64.\n' +
        'M_CLAIM_KEYS holds no Ed25519 public key in base64.',
    );
  });
});
