// Makes a data directory ready to be served: initdb in one step, version check, who may connect.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DataHome } from './data-home.ts';
import { exitOf, spawnGuarded } from './guarded-child.ts';
import { postgresMajor, type NativeBinaries } from './native-binaries.ts';
import { PostgresProblem, sentenceFor } from './problems.ts';
import { ownName, type ServerUser } from './who-runs.ts';

export interface ClusterOptions {
  readonly databaseUser: string;
  /** Leaves out the sync of initdb, for tests: a power cut may lose the new directory. */
  readonly noSync: boolean;
}

/** Creates the data where there is none, refuses another major version, renews who may connect. */
export async function prepareCluster(
  home: DataHome,
  binaries: NativeBinaries,
  options: ClusterOptions,
): Promise<void> {
  removeUnfinished(home.directory);
  if (!existsSync(join(home.directory, 'PG_VERSION'))) await initialise(home, binaries, options);
  checkVersion(home.directory);
  chmodSync(home.directory, 0o700);
  allowPeers(home, options.databaseUser);
}

/** PostgreSQL only serves data of its own major version. */
export function checkVersion(directory: string): void {
  const file = join(directory, 'PG_VERSION');
  if (!existsSync(file)) return;
  const found = readFileSync(file, 'utf8').trim();
  if (found !== postgresMajor)
    throw new PostgresProblem(
      `The data in ${directory} was written by PostgreSQL ${found} and this release brings ` +
        `PostgreSQL ${postgresMajor}: start the former release and export, then import here.`,
    );
}

const unfinishedPrefix = (directory: string) => `${basename(directory)}.init-`;

function removeUnfinished(directory: string): void {
  const parent = dirname(directory);
  for (const name of readdirSync(parent).filter((it) => it.startsWith(unfinishedPrefix(directory))))
    rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
}

async function initialise(
  home: DataHome,
  binaries: NativeBinaries,
  options: ClusterOptions,
): Promise<void> {
  const { directory, user } = home;
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new PostgresProblem(
      `${directory} is not empty and holds no PostgreSQL data: name another directory.`,
    );
  const unfinished = join(dirname(directory), `${unfinishedPrefix(directory)}${process.pid}`);
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(user, unfinished);
  try {
    await runInitdb(user, binaries, [
      `--pgdata=${unfinished}`,
      `--username=${options.databaseUser}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
      '--auth-local=peer',
      '--auth-host=scram-sha-256',
      '--no-instructions',
      ...(options.noSync ? ['--no-sync'] : []),
    ]);
    putInPlace(unfinished, directory);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

function putInPlace(unfinished: string, directory: string): void {
  try {
    if (existsSync(directory)) rmdirSync(directory);
    renameSync(unfinished, directory);
  } catch (cause) {
    throw new PostgresProblem(
      `${directory} cannot be replaced, as a mount point cannot: name a folder below it.`,
      { cause },
    );
  }
}

async function runInitdb(
  user: ServerUser,
  binaries: NativeBinaries,
  args: readonly string[],
): Promise<void> {
  const child = spawnGuarded({
    command: [binaries.initdb, ...args],
    output: 'pipe',
    env: serverEnvironment(),
    prefix: user.prefix,
    spawnAs: user.spawnAs,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => (log += part));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const code = await exitOf(child);
  if (code === 0) return;
  if (code !== -1) await closed;
  const lastLines = log.trim().split('\n').slice(-3).join(' ');
  throw new PostgresProblem(
    sentenceFor(log) ?? `PostgreSQL could not create its data directory: ${lastLines}`,
  );
}

/** Nothing of the caller's locale or libpq settings reaches the server. */
export const serverEnvironment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** What the roles of the domains are called, as `pg_ident.conf` matches it. */
const domainRoles = '/^morrow_[a-z0-9_]+$';

/** Only the node user and the server's user connect, and only as the database user or as the role
 * of a domain. */
function allowPeers({ directory, user }: DataHome, databaseUser: string): void {
  const names = [...new Set([ownName(), user.name])];
  const map = names
    .flatMap((name) =>
      [`"${databaseUser}"`, domainRoles].map((role) => `morrow "${name}" ${role}\n`),
    )
    .join('');
  writeFor(user, join(directory, 'pg_hba.conf'), 'local all all peer map=morrow\n');
  writeFor(user, join(directory, 'pg_ident.conf'), map);
}

function writeFor(user: ServerUser, file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  giveTo(user, file);
}

function giveTo({ spawnAs }: ServerUser, path: string): void {
  if (spawnAs) chownSync(path, spawnAs.uid, spawnAs.gid);
}
