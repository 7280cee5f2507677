/** The data folder: only its owner may enter it, whoever made it and however it was left. */
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BootFaults } from './boot-faults.ts';

/** What a process writes for itself alone. */
export const ownFileMode = 0o600;
export const ownFolderMode = 0o700;
/** Everyone else's permissions. */
const others = 0o077;

/** Makes the folder, and takes from everyone but its owner what they may do there. Refuses a folder
 * of another user. Where root serves, PostgreSQL runs as another account: its group may pass
 * through, and sees nothing. */
export function secureDataFolder(directory: string): void {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory, { recursive: true, mode: ownFolderMode });
  const found = statSync(directory);
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (found.uid !== uid)
    throw new BootFaults([
      `The data folder ${directory} belongs to another user (id ${found.uid}, not ${uid}): ` +
        'start as that user, or set M_DATA to a folder of your own.',
    ]);
  const guest = uid === 0 ? guestGroup(directory) : undefined;
  if (guest !== undefined) chownSync(directory, uid, guest);
  chmodSync(directory, guest === undefined ? ownFolderMode : 0o710);
  for (const entry of readdirSync(directory)) tighten(join(directory, entry), uid);
}

/** Files and folders of ours; what belongs to PostgreSQL's account is its own. */
function tighten(path: string, uid: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSymbolicLink() || found.uid !== uid || (found.mode & others) === 0) return;
  chmodSync(path, found.mode & 0o7777 & ~others);
}

/** The group of the account that owns PostgreSQL's data, where it is not root. */
function guestGroup(directory: string): number | undefined {
  const found = statSync(join(directory, 'postgres'), { throwIfNoEntry: false });
  return found && found.uid !== 0 ? found.gid : undefined;
}
