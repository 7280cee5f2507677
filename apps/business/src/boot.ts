/** Boots what this process hosts: databases, domains, bindings and event loops, in that order. */
import { newPulse, LocalBus, newTrace, systemClock, systemIds } from '@morrow/adapter-local';
import {
  connectNats,
  NatsBus,
  natsTransport,
  serveNats,
  type NatsLink,
  type NatsServer,
} from '@morrow/adapter-nats';
import { openPostgresStores, type PostgresStores } from '@morrow/adapter-postgres';
import {
  bindLocal,
  connect,
  serve,
  type CallContext,
  type ModuleManifest,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
  type Serving,
  type WireHandler,
} from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import type { Bus, StoredEvent } from '@morrow/engines';
import {
  EventKeeper,
  keepingOperations,
  ownEvents,
  remoteEvents,
  Replays,
} from '@morrow/event-keeper';
import { keepingOf } from '@morrow/protocol-keeping';
import { Composition, refuseCycles } from './container.ts';
import { openDatabaseServers } from './database-server.ts';
import { failpointsFrom } from './failpoints.ts';
import { newLogger, type Logger } from './logger.ts';
import { loadManifests, protocols } from './module-catalog.ts';
import type { Settings } from './settings.ts';
import { isTenantName, TenantList } from './tenants.ts';

export interface Running {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly tenants: TenantList;
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  /** From wire to wire, for the HTTP binding: local or over NATS. */
  readonly handlers: readonly { readonly protocol: Protocol; readonly handler: WireHandler }[];
  /** Whether this process may take work: its databases answer. */
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}
interface Hosted {
  readonly manifest: ModuleManifest<Engines>;
  readonly stores: PostgresStores;
  readonly keeper: EventKeeper;
}

const callMs = 30_000;
/** A context of the platform's own calls, such as reading another domain's events. */
export const platformContext = (tenant: string): CallContext => ({
  tenant,
  actor: 'module:platform',
  trace: newTrace(),
  deadlineAt: Date.now() + callMs,
});

const databaseOf = (settings: Settings, domain: string) => (tenant: string) =>
  settings.placement.databases === 'perTenant' ? `morrow_${tenant}` : `morrow_${tenant}_${domain}`;

/** What tests change about a boot: how ports are bound, and in which order events arrive. */
export interface Probes {
  bindPort?(protocol: Protocol, local: PortOf<ProtocolSpec>, handler: WireHandler): PortOf<ProtocolSpec>; // prettier-ignore
  arrange?(events: readonly StoredEvent[]): readonly StoredEvent[];
}

export async function boot(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  probes: Probes = {},
): Promise<Running> {
  const logger = newLogger(settings.logLevel, settings.modules.join('+'));
  const failpoint = failpointsFrom(env);
  const manifests = await loadManifests(settings.modules);
  refuseCycles(await loadManifests(settings.placement.processes.flatMap(({ modules }) => modules)));
  const tenants = new TenantList(settings.dataDirectory);
  const databases = await openDatabaseServers(settings);
  const closers: (() => Promise<void>)[] = [() => databases.stop()];
  const servers: NatsServer[] = [];
  const onTenant = (tenant: string) => {
    for (const server of servers) server.serve(tenant);
  };
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const link = settings.natsUrl
      ? await connectNats({ url: settings.natsUrl, name: `morrow-${settings.modules.join('-')}` })
      : undefined;
    if (link) closers.push(() => link.close());
    const bus: Bus = link ? new NatsBus(link, { publishPoint: failpoint }) : new LocalBus();
    const composition = new Composition();
    const hosted: Hosted[] = [];
    const handlers = new Map<Protocol, WireHandler>();
    for (const manifest of manifests) {
      const stores = await openPostgresStores({
        server: databases.of(manifest.name),
        domain: manifest,
        tenants: tenants.all(),
        databaseOf: databaseOf(settings, manifest.name),
        commitPoint: failpoint,
        onProblem: (error) => logger.warn('The database reports', error),
      });
      closers.push(() => stores.close());
      const started = host(manifest, {
        stores,
        bus,
        composition,
        logger,
        tenants,
        onTenant,
        probes,
      });
      closers.push(() => started.replays.stop());
      hosted.push({ manifest, stores, keeper: started.keeper });
      for (const [protocol, handler] of started.handlers) handlers.set(protocol, handler);
      if (link)
        for (const [protocol, handler] of started.handlers) {
          const server = serveNats(link, protocol, handler, { tenants: tenants.all() });
          servers.push(server);
          closers.push(() => server.drain());
        }
    }
    for (const protocol of protocols) if (!composition.has(protocol)) bindRemote(protocol, link, composition, handlers); // prettier-ignore
    for (const { keeper } of hosted) {
      keeper.start();
      closers.push(() => keeper.stop());
    }
    return {
      settings,
      logger,
      tenants,
      port: (protocol) => composition.port(protocol),
      handlers: [...handlers].map(([protocol, handler]) => ({ protocol, handler })),
      isReady: () => areReady(hosted, tenants),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function bindRemote(
  protocol: Protocol,
  link: NatsLink | undefined,
  composition: Composition,
  handlers: Map<Protocol, WireHandler>,
): void {
  if (!link) return;
  const transport = natsTransport(link, protocol);
  composition.bind(protocol, connect(protocol, transport));
  handlers.set(protocol, transport);
}

async function areReady(hosted: readonly Hosted[], tenants: TenantList): Promise<boolean> {
  try {
    for (const { stores } of hosted)
      for (const tenant of tenants.all()) await stores.of(tenant).relay.position();
    return true;
  } catch {
    return false;
  }
}

interface Ground {
  readonly stores: PostgresStores;
  readonly bus: Bus;
  readonly composition: Composition;
  readonly logger: Logger;
  readonly tenants: TenantList;
  onTenant(name: string): void;
  readonly probes: Probes;
}
/** Starts one domain: its operations bound locally, its loops ready to run. */
function host(manifest: ModuleManifest<Engines>, ground: Ground) {
  const { stores, bus, composition, logger, tenants, onTenant, probes } = ground;
  const { name } = manifest;
  const parts = manifest.start({
    engines: { stores },
    clock: systemClock,
    ids: systemIds,
    port: (protocol) => composition.port(protocol),
  });
  const keeper = new EventKeeper({
    domain: name,
    handlers: parts.handlers,
    stores,
    bus,
    clock: systemClock,
    newPulse,
    owner: `${name}-${process.pid}-${Date.now().toString(36)}`,
    sourceOf: (tenant, producer) =>
      producer === name
        ? ownEvents(stores.of(tenant))
        : remoteEvents(composition.port(keepingOf(producer)), () => platformContext(tenant)),
    onProblem: (sentence, cause) => logger.warn(sentence, cause),
    arrange: probes.arrange,
  });
  const keeping = keepingOf(name) as unknown as Protocol;
  const openTenant = (tenant: string) => {
    if (!isTenantName(tenant)) return undefined;
    return stores.addTenant(tenant).then(() => {
      keeper.startTenant(tenant);
      tenants.add(tenant);
      onTenant(tenant);
    });
  };
  const { documents, provides: own } = manifest;
  const derivation = { documents, protocols: own, history: parts.history };
  const replays = new Replays(stores, derivation, (sentence, cause) =>
    logger.error(sentence, cause),
  );
  const operations = keepingOperations(name, { stores, keeper, replays, openTenant });
  const keepingPort = operations as unknown as PortOf<ProtocolSpec>;
  const implementations = [...parts.implementations, { protocol: keeping, port: keepingPort }];
  const serving: Serving = {
    receipts: {
      find: (tenant, key) => stores.of(tenant).findReceipt(key),
      keep: (tenant, receipt) => stores.of(tenant).keepReceipt(receipt),
    },
    hasTenant: (tenant) => stores.tenants().includes(tenant),
    onDefect: (operation, error, trace) =>
      logger.error(`${operation} failed, trace ${trace}`, error),
  };
  const handlers = new Map<Protocol, WireHandler>();
  for (const { protocol, port } of implementations) {
    const local = bindLocal(protocol, port, serving);
    const handler = serve(protocol, port, serving);
    composition.bind(protocol, probes.bindPort?.(protocol, local, handler) ?? local);
    handlers.set(protocol, handler);
  }
  return { keeper, replays, handlers };
}
