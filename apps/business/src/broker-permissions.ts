/** Who may send and hear what on NATS: derived from the manifests and the placement, so that only
 * the process that hosts a domain answers its calls and publishes its events. */
import { callSubject, eventSubject, queueOf } from '@morrow/adapter-nats';
import { heardProtocols, type ModuleManifest, type Protocol } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Placement } from './settings.ts';

export type PlacedProcess = Placement['processes'][number];

/** What one process may do, in the subjects of NATS; `*` stands for every tenant. */
export interface BrokerPermissions {
  readonly publish: readonly string[];
  /** A subject, or a subject and the queue group in which alone it may be heard. */
  readonly subscribe: readonly string[];
}
/** What the derivation reads. */
export interface BrokerFacts {
  /** Manifests of all domains that are placed. */
  readonly manifests: readonly ModuleManifest<Engines>[];
  /** The business protocols of all domains that are placed. */
  readonly present: readonly Protocol[];
}

/** Names a process to NATS by what it hosts, so that it knows its name wherever it is started. */
export const brokerNameOf = (modules: readonly string[]): string => modules.toSorted().join('-');

/** Answers to a process arrive below it, and nobody else may hear them. */
export const inboxPrefixOf = (modules: readonly string[]): string =>
  `_INBOX_${brokerNameOf(modules)}`;

const operationSubject = (protocol: Protocol, operation: string) =>
  callSubject('*', protocol).replace(/\*$/, operation);

/** What a domain calls: whole protocols that it requires, and of the producers that it hears the
 * events that it missed. */
function callsOf(
  manifest: ModuleManifest<Engines>,
  present: readonly Protocol[],
): readonly { readonly domain: string; readonly subject: string }[] {
  const { requires, keeps } = manifest;
  const keeping = (domain: string, operation: string) => ({
    domain,
    subject: operationSubject(keepingOf(domain), operation),
  });
  const whole = requires.flatMap((protocol) => [
    { domain: protocol.spec.domain, subject: callSubject('*', protocol) },
    keeping(protocol.spec.domain, 'about'),
  ]);
  const missed = heardBy(manifest, present).map((domain) => keeping(domain, 'eventsSince'));
  const steps = keeps.includes('workflow') ? present : [];
  const invoked = steps.flatMap((protocol) =>
    Object.entries(protocol.spec.operations)
      .filter(([, { workflow }]) => workflow)
      .map(([name]) => ({
        domain: protocol.spec.domain,
        subject: operationSubject(protocol, name),
      })),
  );
  return [...whole, ...missed, ...invoked];
}

/** The domains whose events a domain hears. */
const heardBy = (
  manifest: ModuleManifest<Engines>,
  present: readonly Protocol[],
): readonly string[] => heardProtocols(manifest, present).map(({ spec }) => spec.domain);

const sorted = (subjects: readonly string[]) => [...new Set(subjects)].toSorted();

/** The permissions of one process. It calls itself by no subject, but for the ping by which it sees
 * that NATS answers. */
export function brokerPermissions(
  { modules, isGateway }: Pick<PlacedProcess, 'modules' | 'isGateway'>,
  { manifests, present }: BrokerFacts,
): BrokerPermissions {
  const here = new Set(modules);
  const hosted = manifests.filter(({ name }) => here.has(name));
  const offered = hosted.flatMap(({ name, provides }) => [...provides, keepingOf(name)]);
  const everything = manifests.flatMap(({ name, provides }) => [...provides, keepingOf(name)]);
  const called = hosted
    .flatMap((manifest) => callsOf(manifest, present))
    .filter(({ domain }) => !here.has(domain));
  // HTTP serves every protocol
  const served = isGateway ? everything.filter(({ spec }) => !here.has(spec.domain)) : [];
  const inbox = inboxPrefixOf(modules);
  return {
    publish: sorted([
      ...called.map(({ subject }) => subject),
      ...served.map((protocol) => callSubject('*', protocol)),
      ...modules.map((domain) => eventSubject('*', domain)),
      `${inbox}.*.ping`,
    ]),
    subscribe: sorted([
      ...offered.map((protocol) => `${callSubject('*', protocol)} ${queueOf(protocol)}`),
      ...hosted
        .flatMap((manifest) => heardBy(manifest, present))
        .map((domain) => eventSubject('*', domain)),
      `${inbox}.>`,
    ]),
  };
}
