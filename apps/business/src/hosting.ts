/** Hosts one domain: opens its stores, binds its protocols locally, and readies its loops. */
import { newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import {
  bindLocal,
  serve,
  type DocumentType,
  type DomainParts,
  type DomainPorts,
  type Implementation,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
  type Serving,
  type WireHandler,
} from '@morrow/contract';
import { enginesOf, type Engines } from '@morrow/document-keeper';
import { present, type JsonObject } from '@morrow/kernel';
import type { Claims } from '@morrow/adapter-ed25519';
import type { Bus, StoredEvent, TenantStores } from '@morrow/engines';
import {
  EventKeeper,
  keepingOperations,
  ownEvents,
  remoteEvents,
  Replays,
  type TenantTools,
} from '@morrow/event-keeper';
import type { Extended } from '@morrow/extension';
import { keepingOf } from '@morrow/protocol-keeping';
import type { WorkflowEngines } from '@morrow/workflow-keeper';
import { serviceContext } from './calls.ts';
import { signing } from './claims.ts';
import type { Composition } from './container.ts';
import type { Databases, OpenDatabases } from './databases.ts';
import type { Failpoint } from './failpoints.ts';
import type { Logger } from './logger.ts';
import { loopsOf, type Loops } from './loops.ts';
import { presentIn } from './module-catalog.ts';
import { release, type Settings } from './settings.ts';
import { tenantTools } from './tenant-service.ts';
import type { TenantList } from './tenants.ts';

/** What tests change about a boot: how ports are bound, in which order events arrive, and where the
 * domains keep what they store. */
export interface Probes {
  bindPort?(
    protocol: Protocol,
    local: PortOf<ProtocolSpec>,
    handler: WireHandler,
  ): PortOf<ProtocolSpec>;
  arrange?(events: readonly StoredEvent[]): readonly StoredEvent[];
  openDatabases?: OpenDatabases | undefined;
}
/** What every domain of this process stands on. */
export interface Ground {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly bus: Bus;
  readonly claims: Claims;
  readonly composition: Composition;
  readonly workflowEngines: WorkflowEngines;
  readonly logger: Logger;
  readonly tenants: TenantList;
  readonly probes: Probes;
  readonly commitPoint: Failpoint | undefined;
  /** Told of each tenant that is added while the process runs. */
  onTenant(name: string): void;
}
export interface Hosted {
  readonly name: string;
  readonly stores: TenantStores;
  readonly keeper: EventKeeper;
  readonly loops: Loops;
  readonly tenantTools: TenantTools;
  /** From wire to wire, for bindings that leave the process. */
  readonly handlers: ReadonlyMap<Protocol, WireHandler>;
  close(): Promise<void>;
}

export async function hostDomain(extended: Extended, ground: Ground): Promise<Hosted> {
  const { databases, logger, tenants, commitPoint } = ground;
  const { manifest } = extended;
  const { name } = manifest;
  const stores = await databases.open(manifest, {
    tenants: tenants.all(),
    commitPoint,
    onProblem: (error) => logger.warn('The database reports', error),
  });
  const owner = `${name}-${process.pid}-${Date.now().toString(36)}`;
  const parts = manifest.start(portsOf(stores, owner, extended, ground));
  const keeper = keeperOf(name, stores, { parts, owner, ground });
  const loops = loopsOf(stores, keeper, parts.work);
  const { documents, provides } = manifest;
  const tools = tenantTools(stores, loops, ground);
  const replays = new Replays(
    stores,
    { documents, protocols: [...provides, keepingOf(name)], history: parts.history },
    (sentence, cause) => logger.error(sentence, cause),
    (tenant) => keeper.resetProjections(tenant),
  );
  const offered = provides.map(({ spec }) => ({ name: spec.name, version: spec.version }));
  const operations = keepingOperations(name, {
    stores,
    keeper,
    replays,
    tenantTools: tools,
    about: { domain: name, release, protocols: offered },
    clock: systemClock,
    documents,
  });
  const keeping = {
    protocol: keepingOf(name),
    port: operations as unknown as PortOf<ProtocolSpec>,
  };
  const handlers = bindAll([...parts.implementations, keeping], stores, ground);
  const close = async () => {
    await replays.stop();
    await stores.close();
  };
  return { name, stores, keeper, loops, tenantTools: tools, handlers, close };
}

/** What a domain is started with. */
const portsOf = (
  stores: TenantStores,
  owner: string,
  { manifest, rules }: Extended,
  { settings, claims, composition, workflowEngines, logger }: Ground,
): DomainPorts<Engines> => ({
  engines: { ...enginesOf(stores), ...workflowEngines },
  clock: systemClock,
  ids: systemIds,
  port: (protocol) => composition.port(protocol),
  present: presentIn(settings.placement),
  extended: <F extends JsonObject>(type: DocumentType<F>) =>
    present(
      manifest.documents.find(({ name }) => name === type.name),
      `${manifest.name} declares ${type.name}`,
    ) as unknown as DocumentType<F>,
  rules,
  signed: signing(claims),
  newPulse,
  owner,
  onProblem: (sentence, cause) => logger.warn(sentence, cause),
});

interface Kept {
  readonly parts: DomainParts;
  readonly owner: string;
  readonly ground: Ground;
}
function keeperOf(name: string, stores: TenantStores, { parts, owner, ground }: Kept) {
  const { bus, claims, composition, logger, probes } = ground;
  const signed = signing(claims);
  // NATS may lose hints, the bus of one process does not
  const isHere = ground.settings.natsUrl === undefined;
  return new EventKeeper({
    domain: name,
    handlers: parts.handlers,
    followers: parts.followers,
    timers: parts.timers,
    stores,
    bus,
    clock: systemClock,
    newPulse,
    owner,
    sourceOf: (tenant, producer) =>
      producer === name
        ? ownEvents(stores.of(tenant), isHere)
        : remoteEvents(
            composition.port(keepingOf(producer)),
            () => signed(serviceContext(tenant, name)),
            isHere,
          ),
    onProblem: (sentence, cause) => logger.warn(sentence, cause),
    arrange: probes.arrange,
    signed,
  });
}

/** Binds implementations in the container, and gives their handlers for wires. */
function bindAll(
  implementations: readonly Implementation[],
  stores: TenantStores,
  { claims, composition, logger, probes }: Ground,
): ReadonlyMap<Protocol, WireHandler> {
  const serving: Serving = {
    receipts: {
      find: (tenant, key) => stores.of(tenant).findReceipt(key),
      keep: (tenant, receipt) => stores.of(tenant).keepReceipt(receipt),
    },
    claims,
    hasTenant: (tenant) => stores.tenants().includes(tenant),
    onDefect: (operation, error, trace) =>
      logger.error(`${operation} failed, trace ${trace}`, error),
  };
  return new Map(
    implementations.map(({ protocol, port }) => {
      const local = bindLocal(protocol, port, serving);
      const handler = serve(protocol, port, serving);
      composition.bind(protocol, probes.bindPort?.(protocol, local, handler) ?? local);
      return [protocol, handler];
    }),
  );
}
