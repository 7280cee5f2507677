/** What a domain is started with, and how long the loops of its own run. */
import { LocalBus } from '@morrow/adapter-local';
import { claimsOf } from '@morrow/business/parts/claims';
import { Composition } from '@morrow/business/parts/container';
import { openPostgresDatabases } from '@morrow/business/parts/databases';
import { hostDomain } from '@morrow/business/parts/hosting';
import { newLogger } from '@morrow/business/parts/logger';
import { presentIn } from '@morrow/business/parts/module-catalog';
import { readSettings } from '@morrow/business/parts/settings';
import { TenantList } from '@morrow/business/parts/tenants';
import type { DomainPorts, ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { extendDomain } from '@morrow/extension';
import { keepingOf } from '@morrow/protocol-keeping';
import { expect, it, onTestFinished } from 'vitest';
import { newGround } from '../worlds/served.features.ts';

/** A domain that works by itself, hosted; `log` says what its work was told. */
async function hosted() {
  const { env, folder, tenant } = await newGround();
  const settings = readSettings(env);
  const [claims, composition] = [claimsOf(settings), new Composition()];
  const log: string[] = [];
  let ports: DomainPorts<Engines> | undefined;
  const manifest: ModuleManifest<Engines> = {
    ...{ name: 'diary', summary: 'Works by itself', documents: [], keeps: ['workflow'] },
    ...{ provides: [], requires: [], handlers: [], follows: [] },
    start(given) {
      ports = given;
      const { stores } = given.engines;
      const work = {
        start: (name: string) => void log.push(`starts ${name}`),
        stop: async () => {
          const [first = ''] = stores.tenants();
          log.push(`stops at ${(await stores.of(first).relay.position()).published}`);
        },
      };
      return { implementations: [], handlers: [], work };
    },
  };
  const tenants = new TenantList(folder);
  const domain = await hostDomain(extendDomain(manifest, [], []), {
    ...{ settings, claims, composition, workflowEngines: {}, probes: {}, commitPoint: undefined },
    databases: await openPostgresDatabases(settings, tenants),
    bus: new LocalBus(),
    logger: newLogger('error', 'diary'),
    tenants,
    onTenant: () => undefined,
  });
  onTestFinished(() => domain.close());
  if (!ports) throw new TypeError('The domain was not started');
  return { domain, ports, claims, composition, settings, tenant, log };
}
const deadlineAt = Date.now() + 60_000;
const asker = { actor: 'person:ada', trace: '00-1-1-01', deadlineAt };

it('gives a domain the protocols present, a signature, pulses and its owner', async () => {
  const { domain, ports, claims, settings, tenant } = await hosted();
  expect(ports.present).toEqual(presentIn(settings.placement));
  const onBehalfOf = 'person:ada';
  const context = { ...asker, tenant, actor: 'workflow:fulfil@1', onBehalfOf };
  const { claim, ...rest } = ports.signed(context);
  expect(rest).toEqual(context);
  expect(claim && claims.isProven(claim)).toBe(true);
  expect(claim).toMatchObject({ tenant, actor: 'workflow:fulfil@1', onBehalfOf });
  const pulse = ports.newPulse();
  pulse.poke();
  await pulse.next(60_000);
  domain.loops.start();
  onTestFinished(() => domain.loops.stop());
  const { relay } = domain.stores.of(tenant);
  await expect.poll(() => domain.keeper.relays(tenant)).toBe(true);
  await expect.poll(() => relay.lease('somebody else', 1)).toBeUndefined();
  expect(await relay.lease(ports.owner, 10_000)).toEqual(expect.any(Number));
});

it('works for each tenant, for one that is added later too, until the stores close', async () => {
  const { domain, ports, composition, tenant, log } = await hosted();
  domain.loops.start();
  const added = `${tenant}b`;
  const keeping = composition.port(keepingOf('diary'));
  const context = () => ports.signed({ ...asker, tenant, key: ports.ids.next() });
  await keeping.openTenant({ name: added }, context());
  await keeping.openTenant({ name: added }, context());
  await domain.loops.stop();
  expect(log).toEqual([`starts ${tenant}`, `starts ${added}`, 'stops at 0']);
});
