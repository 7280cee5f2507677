/** Settings of a process: what the environment says, read and checked in one place. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pack } from '@morrow/extension';
import { BootFaults } from './boot-faults.ts';
import { packsIn } from './pack-folders.ts';

export type Mode = 'indie' | 'enterprise';
export interface Placement {
  readonly name: Mode;
  readonly summary: string;
  readonly databases: 'perTenant' | 'perDomain';
  readonly processes: readonly {
    readonly name: string;
    readonly isGateway?: boolean;
    readonly modules: readonly string[];
  }[];
  /** Domains that nobody hosts until a pack or `M_MODULES` adds them: then the gateway does. */
  readonly plugins?: readonly string[];
}
export interface TemporalSettings {
  /** `host:port`. */
  readonly address: string;
  /** One for each installation. */
  readonly namespace: string;
  /** Only tests have one of their own. */
  readonly taskQueue?: string | undefined;
}

export interface Settings {
  readonly mode: Mode;
  readonly placement: Placement;
  /** Domains that this process hosts. */
  readonly modules: readonly string[];
  /** Whether it serves people: HTTP API, home page, uploads. */
  readonly isGateway: boolean;
  readonly port: number;
  readonly host: string;
  /** Names under which a proxy serves it, `erp.example.com` or with a port, in lower case. */
  readonly publicHosts: readonly string[];
  /** Bytes that an upload may have, as it is sent and as it is unpacked. */
  readonly uploadBytesMax: number;
  /** Everything that the server keeps. */
  readonly dataDirectory: string;
  readonly natsUrl: string | undefined;
  /** File with the nkey seed, or the `.creds`, of this process; absent: the network is trusted. */
  readonly natsCredentials: string | undefined;
  /** Keys that seal messages between processes; absent: derived from the private claim key. */
  readonly messageKey: string | undefined;
  /** Private key that signs claims, in base64; absent: a file in the data directory. */
  readonly claimKey: string | undefined;
  /** Public keys whose claims are believed besides. */
  readonly claimKeys: string | undefined;
  readonly logLevel: LogLevel;
  /** Where workflow instances run; absent: the embedded engine drives them. */
  readonly temporal: TemporalSettings | undefined;
  /** How long the embedded engine waits for a process that works on an instance; absent: 10 s. */
  readonly workflowLeaseMs: number | undefined;
  /** Connections that this process may open to one database server for its work; absent: its share
   * of a third of what the server allows. */
  readonly connectionsMax: number | undefined;
  /** What folders add to the business, in the order of their names. */
  readonly packs: readonly Pack[];
  /** URL of an existing PostgreSQL for a domain; absent: the embedded one. */
  databaseUrl(domain: string): string | undefined;
}
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Root of the checkout: settings and placements lie there. */
export const checkout = resolve(import.meta.dirname, '../../..');

/** The release that runs. */
export const release = (
  JSON.parse(readFileSync(resolve(checkout, 'package.json'), 'utf8')) as { version: string }
).version;

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

export function readPlacement(mode: Mode): Placement {
  const text = readFileSync(resolve(checkout, `deploy/placements/${mode}.json`), 'utf8');
  return JSON.parse(text) as Placement;
}

/** The placement with the domains that packs add and the plug-ins named: the gateway hosts them. */
export const withModules = (
  placement: Placement,
  packs: readonly Pack[],
  named: readonly string[] = [],
): Placement => ({
  ...placement,
  processes: placement.processes.map((each) => {
    if (!each.isGateway) return each;
    const placed = new Set(placement.processes.flatMap(({ modules }) => modules));
    const plugins = (placement.plugins ?? []).filter((name) => named.includes(name));
    const asked = [...packs.flatMap(({ modules }) => modules), ...plugins];
    const added = new Set(asked.filter((name) => !placed.has(name)));
    return { ...each, modules: [...each.modules, ...added] };
  }),
});

/** What packs ask for that no placement can host, each with its file and place. */
export function moduleFaults(
  { processes, plugins = [] }: Placement,
  packs: readonly Pack[],
): readonly string[] {
  const known = [...processes.flatMap(({ modules }) => modules), ...plugins];
  const unknown = (pack: Pack, name: string, at: number) =>
    `${pack.at(['modules', at])}: there is no module ${name}: choose among ${known.join(', ')}.`;
  return packs.flatMap((pack) =>
    pack.modules.flatMap((name, at) => (known.includes(name) ? [] : [unknown(pack, name, at)])),
  );
}

/** A placement with what the packs of the environment add to it; throws all that does not fit. */
export function placementWithPacks(placement: Placement, env: NodeJS.ProcessEnv): Placement {
  const { packs, faults } = packsIn(env['M_PACKS']);
  const all = [...faults, ...moduleFaults(placement, packs)];
  if (all.length) throw new BootFaults(all);
  return withModules(placement, packs);
}

/** Reads the environment; throws all that is wrong with it at once. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const faults: string[] = [];
  const mode = (env['M_MODE'] || 'indie') as Mode;
  if (mode !== 'indie' && mode !== 'enterprise')
    throw new BootFaults([`M_MODE is ${mode}: choose indie or enterprise.`]);
  const { packs, faults: packFaults } = packsIn(env['M_PACKS']);
  faults.push(...packFaults, ...moduleFaults(readPlacement(mode), packs));
  const named = (env['M_MODULES'] || undefined)?.split(',').map((name) => name.trim());
  const placement = withModules(readPlacement(mode), packs, named);
  const known = placement.processes.flatMap(({ modules }) => modules);
  const gateway = placement.processes.find(({ isGateway }) => isGateway);
  const modules = named ?? [...(gateway?.modules ?? [])];
  const choices = [...new Set([...known, ...(placement.plugins ?? [])])];
  for (const name of modules)
    if (!known.includes(name))
      faults.push(
        `M_MODULES names ${name}, which is not a module. Choose among ${choices.join(', ')}.`,
      );
  const address = addressOf(env, faults);
  const uploadBytesMax = uploadBytesOf(env, faults);
  const publicHosts = publicHostsOf(env, faults);
  const logLevel = (env['LOG_LEVEL'] || 'info') as LogLevel;
  if (!logLevels.includes(logLevel))
    faults.push(`LOG_LEVEL is ${logLevel}: choose among ${logLevels.join(', ')}.`);
  const temporal = temporalOf(env, faults);
  const workflowLeaseMs = leaseOf(env, faults);
  const connectionsMax = connectionsOf(env, faults);
  const hostsAll = known.every((name) => modules.includes(name));
  const natsUrl = env['NATS_URL'] || undefined;
  if (!hostsAll && !natsUrl)
    faults.push('NATS_URL is not set: the domains that this process does not host are elsewhere.');
  faults.push(...brokerFaults(env));
  if (faults.length) throw new BootFaults(faults);
  return {
    mode,
    placement,
    modules,
    isGateway: gateway?.modules.every((name) => modules.includes(name)) ?? false,
    ...address,
    publicHosts,
    uploadBytesMax,
    dataDirectory: resolve(env['M_DATA'] || resolve(checkout, '.data')),
    natsUrl,
    natsCredentials: env['M_NATS_CREDENTIALS'] || undefined,
    messageKey: env['M_MESSAGE_KEY'] || undefined,
    claimKey: env['M_CLAIM_KEY'] || undefined,
    claimKeys: env['M_CLAIM_KEYS'] || undefined,
    logLevel,
    temporal,
    workflowLeaseMs,
    connectionsMax,
    packs,
    databaseUrl: (domain) =>
      env[`DATABASE_URL_${domain.toUpperCase()}`] || env['DATABASE_URL'] || undefined,
  };
}

/** Where the gateway listens. */
function addressOf(env: NodeJS.ProcessEnv, faults: string[]): Pick<Settings, 'port' | 'host'> {
  const port = Number(env['PORT'] || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push(`PORT is ${env['PORT']}: choose a number from 0 to 65535.`);
  const host = env['HOST'] || '127.0.0.1';
  if (!loopback.has(host))
    faults.push(`HOST is ${host}: until sign-in exists, only this machine is served (127.0.0.1).`);
  return { port, host };
}

const uploadMbMax = 10_000;
function uploadBytesOf(env: NodeJS.ProcessEnv, faults: string[]): number {
  const text = env['M_UPLOAD_MAX_MB'] || '100';
  const megabytes = Number(text);
  if (!Number.isInteger(megabytes) || megabytes < 1 || megabytes > uploadMbMax)
    faults.push(`M_UPLOAD_MAX_MB is ${text}: choose a whole number from 1 to ${uploadMbMax}.`);
  return megabytes * 1_000_000;
}

function publicHostsOf(env: NodeJS.ProcessEnv, faults: string[]): readonly string[] {
  const names = (env['M_PUBLIC_HOSTS'] ?? '').toLowerCase().split(',');
  const hosts = names.map((name) => name.trim()).filter(Boolean);
  for (const name of hosts)
    if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/.test(name))
      faults.push(
        `M_PUBLIC_HOSTS names ${name}: write host names separated by commas, like erp.example.com.`,
      );
  return hosts;
}

/** Anybody may listen on a NATS server without credentials, so its use has to be confirmed. */
function brokerFaults(env: NodeJS.ProcessEnv): readonly string[] {
  if (!env['NATS_URL']) return [];
  const trusted = env['M_NATS_TRUSTED'] || 'no';
  if (trusted !== 'yes' && trusted !== 'no')
    return [`M_NATS_TRUSTED is ${trusted}: choose yes or no.`];
  if (trusted === 'no' && !env['M_NATS_CREDENTIALS'])
    return [
      'NATS_URL is set without credentials: name the key file of this process in ' +
        'M_NATS_CREDENTIALS, or set M_NATS_TRUSTED=yes if only Morrow can reach that server.',
    ];
  if (env['M_CLAIM_KEYS'] && !env['M_MESSAGE_KEY'])
    return [
      'M_CLAIM_KEYS is set without M_MESSAGE_KEY: processes with different claim keys need one ' +
        'message key in common (openssl rand -base64 32).',
    ];
  return [];
}

function temporalOf(env: NodeJS.ProcessEnv, faults: string[]): TemporalSettings | undefined {
  const engine = env['M_WORKFLOW_ENGINE'] || 'embedded';
  const address = env['TEMPORAL_ADDRESS'];
  if (engine === 'embedded') return undefined;
  if (engine !== 'temporal')
    faults.push(`M_WORKFLOW_ENGINE is ${engine}: choose embedded or temporal.`);
  else if (!address)
    faults.push(
      'TEMPORAL_ADDRESS is not set: M_WORKFLOW_ENGINE is temporal, so name its host:port.',
    );
  else return { address, namespace: env['TEMPORAL_NAMESPACE'] || 'default' };
  return undefined;
}

/** Loops look once a second: below half of it nobody takes an instance up within two leases. */
const leaseMinMs = 500;
const leaseMaxMs = 3_600_000;

function leaseOf(env: NodeJS.ProcessEnv, faults: string[]): number | undefined {
  const text = env['M_WORKFLOW_LEASE_MS'];
  if (!text) return undefined;
  const leaseMs = Number(text);
  if (!Number.isInteger(leaseMs) || leaseMs < leaseMinMs || leaseMs > leaseMaxMs)
    faults.push(
      `M_WORKFLOW_LEASE_MS is ${text}: choose a whole number from ${leaseMinMs} to ${leaseMaxMs}.`,
    );
  else if (env['M_WORKFLOW_ENGINE'] === 'temporal')
    faults.push('M_WORKFLOW_LEASE_MS is for the embedded engine: M_WORKFLOW_ENGINE is temporal.');
  return leaseMs;
}

const connectionsLimit = 10_000;

function connectionsOf(env: NodeJS.ProcessEnv, faults: string[]): number | undefined {
  const text = env['M_CONNECTIONS'];
  if (!text) return undefined;
  const connections = Number(text);
  if (!Number.isInteger(connections) || connections < 1 || connections > connectionsLimit)
    faults.push(`M_CONNECTIONS is ${text}: choose a whole number from 1 to ${connectionsLimit}.`);
  return connections;
}
