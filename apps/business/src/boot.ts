/** Boots what this process hosts: databases, domains, bindings and event loops, in that order. */
import { setTimeout as pause } from 'node:timers/promises';
import { LocalBus } from '@morrow/adapter-local';
import {
  NatsBus,
  natsTransport,
  serveNats,
  type DropCounts,
  type NatsLink,
  type NatsServer,
} from '@morrow/adapter-nats';
import {
  connect,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
  type WireHandler,
} from '@morrow/contract';
import type { Bus } from '@morrow/engines';
import { extendDomain, type Extended } from '@morrow/extension';
import { neighboursOf, serviceContext } from './calls.ts';
import { linkTo } from './broker-link.ts';
import { claimsOf, signing } from './claims.ts';
import { BootFaults } from './boot-faults.ts';
import { Composition } from './container.ts';
import { openPostgresDatabases } from './databases.ts';
import { definitionChecks } from './definition-checks.ts';
import { failpointsFrom } from './failpoints.ts';
import { hostDomain, type Ground, type Hosted, type Probes } from './hosting.ts';
import { newLogger, type Logger } from './logger.ts';
import { loadManifests, protocolsOf } from './module-catalog.ts';
import { awaitNeighbours } from './neighbours.ts';
import { refuseOtherMode } from './placement-record.ts';
import type { Placement, Settings } from './settings.ts';
import { TenantList } from './tenants.ts';
import { workflowEnginesOf } from './workflow-engines.ts';

export type { Probes } from './hosting.ts';

export interface Running {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly tenants: TenantList;
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  /** The same context with a claim of its session, signed here. */
  signed(context: CallContext): CallContext;
  /** From wire to wire, for the HTTP binding: local or over NATS. */
  readonly handlers: readonly { readonly protocol: Protocol; readonly handler: WireHandler }[];
  /** What keeps this process from taking work, in sentences: its own databases, relays and bus. */
  problems(): Promise<readonly string[]>;
  /** Messages of the bus that were not taken, by reason; undefined where there is no broker. */
  dropped(): DropCounts | undefined;
  /** Ends what works by itself, after what it has at hand; calls are still answered. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}
/** How long a process waits at boot for those that it calls. */
const neighboursMs = 30_000;

/** What ends with the process, the last opened first. */
class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];
  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }
  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

export async function boot(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  probes: Probes = {},
): Promise<Running> {
  const closers = new Closers();
  try {
    return await bootWith(closers, settings, env, probes);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function bootWith(
  closers: Closers,
  settings: Settings,
  env: NodeJS.ProcessEnv,
  probes: Probes,
): Promise<Running> {
  const logger = newLogger(settings.logLevel, settings.modules.join('+'));
  const domains = await extendedDomains(settings);
  const checkDefinition = definitionChecks(settings.placement);
  const workflowEngines = { ...(await workflowEnginesOf(settings)), checkDefinition };
  const claims = claimsOf(settings);
  const signed = signing(claims);
  const tenants = new TenantList(settings.dataDirectory);
  refuseOtherMode(settings.dataDirectory, settings.mode);
  const databases = await (probes.openDatabases ?? openPostgresDatabases)(settings, tenants);
  closers.add(() => databases.stop());
  const link = await linkTo(settings, logger);
  closers.add(async () => link?.close());
  const commitPoint = failpointsFrom(env);
  const bus: Bus = link ? new NatsBus(link, { publishPoint: commitPoint }) : localBusOf(logger);
  const composition = new Composition();
  const servers: NatsServer[] = [];
  const onTenant = (tenant: string) => servers.forEach((server) => server.serve(tenant));
  const ground: Ground = {
    ...{ settings, databases, bus, claims, composition, workflowEngines, logger, tenants },
    ...{ probes, commitPoint, onTenant },
  };
  const hosted: Hosted[] = [];
  const handlers = new Map<Protocol, WireHandler>();
  for (const extended of domains) {
    const domain = await hostDomain(extended, ground);
    closers.add(() => domain.close());
    hosted.push(domain);
    for (const [protocol, handler] of domain.handlers) handlers.set(protocol, handler);
    const added = link ? serveAll(link, domain, ground) : [];
    for (const server of added) closers.add(() => server.drain());
    servers.push(...added);
  }
  if (link) {
    bindRemotes(link, settings.placement, composition, handlers);
    await awaitCalled(domains, ground, signed);
  }
  const rest = restOf(hosted);
  closers.add(rest);
  for (const { loops } of hosted) loops.start();
  const unfollow = followTenants(hosted, ground);
  closers.add(async () => unfollow());
  return {
    settings,
    logger,
    tenants,
    port: (protocol) => composition.port(protocol),
    signed,
    handlers: [...handlers].map(([protocol, handler]) => ({ protocol, handler })),
    ...readinessOf(hosted, tenants, link),
    rest,
    stop: () => closers.closeAll(),
  };
}

/** Ends the loops of all domains, once. */
function restOf(hosted: readonly Hosted[]): () => Promise<void> {
  let resting: Promise<unknown> | undefined;
  return async () => {
    await (resting ??= Promise.all(hosted.map(({ loops }) => loops.stop())));
  };
}

/** Answers the calls of a domain that arrive over NATS. */
const serveAll = (
  link: NatsLink,
  { handlers }: Hosted,
  { claims, tenants }: Ground,
): readonly NatsServer[] =>
  [...handlers].map(([protocol, handler]) =>
    serveNats(link, protocol, handler, { claims, tenants: tenants.all() }),
  );

/** The domains with what packs add to them; refuses with all that does not fit. */
async function extendedDomains({
  modules,
  packs,
  placement,
}: Settings): Promise<readonly Extended[]> {
  const manifests = await loadManifests(modules, placement);
  const placed = placement.processes.flatMap(({ modules }) => modules);
  const faults = packs.flatMap(({ at, documents }) =>
    Object.keys(documents)
      .filter((key) => !placed.includes(key.split('.', 1).join()))
      .map((key) => `${at(['documents', key])}: ${placement.name} hosts no such domain.`),
  );
  const extended = manifests.map((manifest) => extendDomain(manifest, packs, faults));
  if (faults.length) throw new BootFaults(faults);
  return extended;
}

/** Waits for the processes that these domains call; warns of those that do not answer in time. */
async function awaitCalled(
  domains: readonly Extended[],
  { settings, composition, tenants, logger }: Ground,
  signed: (context: CallContext) => CallContext,
): Promise<void> {
  const service = settings.modules.join('+');
  const manifests = domains.map(({ manifest }) => manifest);
  const neighbours = neighboursOf(manifests, composition, () =>
    signed(serviceContext(tenants.all()[0] ?? '', service)),
  );
  for (const sentence of await awaitNeighbours(neighbours, neighboursMs)) logger.warn(sentence);
}

/** Opens and stops tenants in each domain as the list of tenants changes. Gives what ends that. */
const followTenants = (hosted: readonly Hosted[], { tenants, logger }: Ground) =>
  tenants.follow(({ added, removed }) => {
    for (const { name, tenantTools } of hosted)
      for (const change of [
        ...added.map((tenant) => tenantTools.open(tenant)),
        ...removed.map((tenant) => tenantTools.stop(tenant)),
      ])
        change.catch((error: unknown) =>
          logger.error(`${name} could not apply a change to the list of tenants`, error),
        );
  });

const localBusOf = (logger: Logger) =>
  new LocalBus((error) => logger.error('A listener could not take events', error));

/** Binds what the placement hosts and no domain here provides to whoever answers on NATS. */
function bindRemotes(
  link: NatsLink,
  placement: Placement,
  composition: Composition,
  handlers: Map<Protocol, WireHandler>,
): void {
  for (const protocol of protocolsOf(placement)) {
    if (composition.has(protocol)) continue;
    const transport = natsTransport(link, protocol);
    composition.bind(protocol, connect(protocol, transport));
    handlers.set(protocol, transport);
  }
}

/** How long a database may take to answer whether it does. */
const answerMs = 2_000;

const readinessOf = (
  hosted: readonly Hosted[],
  tenants: TenantList,
  link: NatsLink | undefined,
) => ({
  problems: () => problemsOf(hosted, tenants, link),
  dropped: () => link?.dropped,
});

const busProblems = async (link: NatsLink | undefined): Promise<readonly string[]> =>
  !link || (await link.ping(answerMs)) ? [] : ['NATS does not answer.'];

/** Asks one database of each domain: with many tenants the others would be opened for it. */
async function problemsOf(
  hosted: readonly Hosted[],
  tenants: TenantList,
  link: NatsLink | undefined,
): Promise<readonly string[]> {
  const bus = busProblems(link);
  const names = tenants.all();
  const asked = hosted.map(async ({ name, stores, keeper }): Promise<readonly string[]> => {
    const [first] = stores.tenants();
    if (first !== undefined) {
      const answers = stores.of(first).relay.position();
      const inTime = answers.then(() => true).catch(() => false);
      if (!(await Promise.race([inTime, pause(answerMs, false, { ref: false })])))
        return [`The database of ${name} does not answer.`];
    }
    const isWell = names.every((tenant) => keeper.relays(tenant));
    return isWell ? [] : [`The relay of ${name} does not run.`];
  });
  return (await Promise.all([...asked, bus])).flat();
}
