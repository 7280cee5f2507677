/** The configuration of nats-server for a placement: one user for each process, known by its nkey,
 * with the permissions of that process alone. */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { frameCallsMax, newCredentials, publicKeyOf } from '@morrow/adapter-nats';
import { deadlineMaxMs } from '@morrow/contract';
import { BootFaults } from './boot-faults.ts';
import { brokerNameOf, brokerPermissions, type BrokerPermissions } from './broker-permissions.ts';
import { loadManifests, presentIn } from './module-catalog.ts';
import { secretFile } from './secret-file.ts';
import { checkout, placementWithPacks, readPlacement, type Placement } from './settings.ts';

/** A process may answer a call for so long after it arrived. */
const answersWithin = `${(deadlineMaxMs + 30_000) / 1000}s`;

/** One user of nats-server. */
export interface BrokerUser {
  readonly process: string;
  /** Public nkey (`U…`). */
  readonly nkey: string;
  /** The file that holds the seed, for `M_NATS_CREDENTIALS` of the process. */
  readonly credentialsFile: string;
  readonly permissions: BrokerPermissions;
}

/** The file with a process's nkey seed; made at the first use, for its owner alone. */
function credentialsFile(dataDirectory: string, name: string): BrokerKey {
  const folder = join(dataDirectory, 'nats');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const seed = secretFile(folder, `${name}.nk`, newCredentials);
  return { file: join(folder, `${name}.nk`), nkey: publicKeyOf(seed) };
}
interface BrokerKey {
  readonly file: string;
  readonly nkey: string;
}

/** The users for the processes of a placement; makes the keys that are not there yet. */
export async function brokerUsers(
  placement: Placement,
  dataDirectory: string,
): Promise<readonly BrokerUser[]> {
  const placed = placement.processes.flatMap(({ modules }) => modules);
  const manifests = await loadManifests([...new Set(placed)], placement);
  const facts = { manifests, present: presentIn(placement) };
  return placement.processes.map((each) => {
    const { file, nkey } = credentialsFile(dataDirectory, brokerNameOf(each.modules));
    const permissions = brokerPermissions(each, facts);
    return { process: each.name, nkey, credentialsFile: file, permissions };
  });
}

/** What an existing NATS server has to be told, with the key file of each process in comments. */
export async function brokerConfiguration(
  env: NodeJS.ProcessEnv,
  placementFile?: string,
): Promise<string> {
  const placement =
    placementFile === undefined ? readPlacement('enterprise') : placementIn(placementFile);
  const users = await brokerUsers(
    placementWithPacks(placement, env),
    resolve(env['M_DATA'] || resolve(checkout, '.data')),
  );
  const lines = users.map(
    ({ process, nkey, credentialsFile }) =>
      `#   ${process}: ${nkey}\n#     M_NATS_CREDENTIALS=${credentialsFile}\n`,
  );
  const head =
    '# Users for the processes of Morrow; include this in the configuration of nats-server.\n';
  return `${head}${lines.join('')}${authorizationOf(users)}`;
}

/** A file in the form of those in `deploy/placements`. */
function placementIn(file: string): Placement {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Placement;
  } catch (error) {
    throw new BootFaults([`The placement ${file} cannot be read: ${(error as Error).message}`]);
  }
}

/** The `authorization` block of nats-server's configuration, whose format reads JSON. Processes
 * that host the same modules are one user. */
export function authorizationOf(users: readonly BrokerUser[]): string {
  const distinct = [...new Map(users.map((user) => [user.nkey, user])).values()];
  const entries = distinct.map(({ nkey, permissions: { publish, subscribe } }) => ({
    nkey,
    permissions: {
      publish: { allow: publish },
      subscribe: { allow: subscribe },
      allow_responses: { max: frameCallsMax, expires: answersWithin },
    },
  }));
  return `authorization: ${JSON.stringify({ users: entries }, null, 2)}\n`;
}
