// Decides where the data lives and which user serves it, above all when root starts Morrow.
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { directoryKey } from './canonical-path.ts';
import { PostgresProblem } from './problems.ts';
import {
  accountOf,
  mayEnter,
  namespaceUser,
  ownUser,
  runsAsRoot,
  unprivilegedAccount,
  type ServerUser,
} from './who-runs.ts';

export interface DataHome {
  readonly directory: string;
  readonly user: ServerUser;
  /** One sentence to print when the data is not where it was asked for. */
  readonly note?: string;
}

/** What the system offers; replaced in tests. */
export interface HomeRules {
  readonly namespaceUser: () => ServerUser | undefined;
  /** Where data goes that the server's user cannot reach. */
  readonly fallbackRoot: string;
  /** Whether a parent of root's may be opened to the group of the server's account. */
  readonly mayOpenParent?: boolean;
}

export const systemRules: HomeRules = { namespaceUser, fallbackRoot: '/var/lib/morrow' };

/** Creates the parent of the data directory. Data that exists is never left for an empty place. */
export function chooseHome(directory: string, rules: HomeRules = systemRules): DataHome {
  if (process.platform === 'win32')
    throw new PostgresProblem(
      'The embedded PostgreSQL does not run on Windows itself: use WSL, or set DATABASE_URL.',
    );
  const fallback = join(rules.fallbackRoot, directoryKey(directory), 'postgres');
  if (!runsAsRoot()) {
    mkdirSync(dirname(directory), { recursive: true });
    return { directory, user: ownUser() };
  }
  if (holdsData(directory) || ownerOf(directory) > 0) return existing(directory, rules);
  if (holdsData(fallback))
    return { ...existing(fallback, rules), note: moved(directory, fallback) };
  return fresh(directory, fallback, rules);
}

const holdsData = (directory: string) => existsSync(join(directory, 'PG_VERSION'));
const ownerOf = (directory: string) => (existsSync(directory) ? statSync(directory).uid : 0);
const moved = (asked: string, taken: string) =>
  `The user that runs PostgreSQL for root cannot enter ${dirname(asked)}: the data is in ${taken}.`;

function existing(directory: string, rules: HomeRules): DataHome {
  const owner = ownerOf(directory);
  const user = owner === 0 ? rules.namespaceUser() : accountOf(owner);
  if (!user && owner === 0)
    throw new PostgresProblem(
      `The data in ${directory} is owned by root, as whom PostgreSQL refuses to run: ` +
        'give it to another user (chown -R), then start again.',
    );
  if (!user)
    throw new PostgresProblem(
      `The data in ${directory} is owned by user id ${owner}, which has no name: ` +
        'add it to /etc/passwd, or set DATABASE_URL.',
    );
  if (!mayEnter(user, directory))
    throw new PostgresProblem(
      `User ${user.name}, who owns the data, cannot enter ${directory}: open its parent folders.`,
    );
  return { directory, user };
}

function fresh(directory: string, fallback: string, rules: HomeRules): DataHome {
  const parent = dirname(directory);
  mkdirSync(parent, { recursive: true });
  const account = unprivilegedAccount();
  if (account && mayEnter(account, parent)) return { directory, user: account };
  const inNamespace = rules.namespaceUser();
  if (inNamespace && mayEnter(inNamespace, parent)) return { directory, user: inNamespace };
  if (account && rules.mayOpenParent && admitted(account, parent))
    return { directory, user: account };
  if (!account)
    throw new PostgresProblem(
      'PostgreSQL refuses to run as root and there is no user postgres or nobody: ' +
        'start as another user, or set DATABASE_URL.',
    );
  mkdirSync(dirname(fallback), { recursive: true, mode: 0o755 });
  if (mayEnter(account, dirname(fallback)))
    return { directory: fallback, user: account, note: moved(directory, fallback) };
  throw new PostgresProblem(
    `User ${account.name}, who runs PostgreSQL for root, can enter neither ${parent} nor ` +
      `${dirname(fallback)}: open one of them, or start as another user.`,
  );
}

/** Lets the group of the account pass through a folder of root's, and see nothing in it, so that
 * the data stays where it was asked for. Whether the account can enter it then. */
function admitted(account: ServerUser, parent: string): boolean {
  const { mode, uid, gid } = statSync(parent);
  if (!account.spawnAs || uid !== 0 || (mode & 0o077) !== 0) return false;
  chownSync(parent, uid, account.spawnAs.gid);
  chmodSync(parent, 0o710);
  if (mayEnter(account, parent)) return true;
  chownSync(parent, uid, gid);
  chmodSync(parent, mode & 0o7777);
  return false;
}
