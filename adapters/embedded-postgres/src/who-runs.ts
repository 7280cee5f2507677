// Finds the user that runs PostgreSQL, which refuses to run as root.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { PostgresProblem } from './problems.ts';

/** How to start a process that PostgreSQL accepts. */
export interface ServerUser {
  /** What PostgreSQL takes itself for; the peer map lets this name in. */
  readonly name: string;
  /** Given to spawn when root starts the process as somebody else. */
  readonly spawnAs: { readonly uid: number; readonly gid: number } | undefined;
  /** Command put before the program, for a user namespace. */
  readonly prefix: readonly string[];
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

// In a user namespace every unknown user looks like this one, so it must not stand for root.
const overflowUid = 65534;

export const runsAsRoot = (): boolean => process.getuid?.() === 0;

function accounts(): readonly Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length > 3)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

const asAccount = ({ name, uid, gid }: Account): ServerUser => ({
  name,
  spawnAs: { uid, gid },
  prefix: [],
});

/** Name of the user of this process; a number without a name cannot pass peer authentication. */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new PostgresProblem(
      `PostgreSQL needs the user id ${process.getuid?.()} to have a name: ` +
        'add it to /etc/passwd, or set DATABASE_URL.',
      { cause },
    );
  }
}

export const ownUser = (): ServerUser => ({ name: ownName(), spawnAs: undefined, prefix: [] });

/** The account that owns existing data; undefined when its number has no name. */
export function accountOf(uid: number): ServerUser | undefined {
  const found = accounts().find((account) => account.uid === uid);
  return found && asAccount(found);
}

/** The account for new data when root starts: `postgres`, else `nobody`. */
export function unprivilegedAccount(): ServerUser | undefined {
  const known = accounts();
  const found = ['postgres', 'nobody']
    .map((name) => known.find((account) => account.name === name))
    .find((account) => account !== undefined);
  return found && asAccount(found);
}

/**
 * Root under another number, by a user namespace: files stay root's and parents may be closed to
 * all others. Undefined where the system does not allow it.
 */
export function namespaceUser(): ServerUser | undefined {
  if (process.platform !== 'linux') return undefined;
  const usable = accounts().filter(({ uid }) => uid !== 0 && uid !== overflowUid);
  const account = usable.find(({ name }) => name === 'postgres') ?? usable[0];
  if (!account) return undefined;
  const user: ServerUser = {
    name: account.name,
    spawnAs: undefined,
    prefix: ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'],
  };
  return runsQuietly(user, ['true']) ? user : undefined;
}

/** Whether the user may enter a folder, or run a file. */
export const mayEnter = (user: ServerUser, path: string): boolean =>
  runsQuietly(user, ['test', '-x', path]);

function runsQuietly(user: ServerUser, command: readonly string[]): boolean {
  const [program = 'false', ...args] = [...user.prefix, ...command];
  try {
    execFileSync(program, args, { ...user.spawnAs, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
