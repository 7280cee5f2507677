// Picks the folder of the server's Unix socket: the data directory, else a short one below /tmp.
import { chownSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { directoryKey } from './canonical-path.ts';
import type { DataHome } from './data-home.ts';
import { PostgresProblem } from './problems.ts';

// The kernel's address holds 107 bytes (103 on macOS); the name of the lock file needs five more.
const addressBytesMax = 98;

/** Only the server's user (and root) may enter it. */
export function socketDirectory({ directory, user }: DataHome, port: number): string {
  const longest = Buffer.byteLength(join(directory, `.s.PGSQL.${port}`));
  if (longest <= addressBytesMax && !/[,"'\\]/.test(directory)) return directory;
  const uid = user.spawnAs?.uid ?? process.getuid?.() ?? 0;
  const short = shortSocketFolder(directory, uid);
  if (user.spawnAs) chownSync(short, user.spawnAs.uid, user.spawnAs.gid);
  return short;
}

/** A folder below /tmp that stands for a directory whose path is too long for a socket; only the
 * user of that id, and root, may enter it. */
export function shortSocketFolder(directory: string, uid: number): string {
  const short = join('/tmp', `morrow-${uid}-${directoryKey(directory)}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  const found = lstatSync(short);
  const isOurs = found.uid === uid || found.uid === process.getuid?.();
  if (!found.isDirectory() || !isOurs || (found.mode & 0o077) !== 0)
    throw new PostgresProblem(`${short} belongs to another user: remove it and start again.`);
  return short;
}
