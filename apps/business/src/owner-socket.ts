/** The Unix socket on which the server hears its owner: whoever may open it needs no key, so none
 * travels. */
import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { canonicalPath, shortSocketFolder } from '@morrow/adapter-embedded-postgres';
import { ownFileMode } from './data-folder.ts';

/** The kernel's address holds 107 bytes, 103 on macOS. */
const addressBytesMax = 100;
const name = 'owner.sock';

/** Where the socket of a data folder is: in it, or in a short folder of the same owner where the
 * path is longer than an address may be. */
export function ownerSocketPath(dataDirectory: string): string {
  const within = join(dataDirectory, name);
  if (Buffer.byteLength(within) <= addressBytesMax) return within;
  return join(shortSocketFolder(canonicalPath(dataDirectory), process.getuid?.() ?? 0), name);
}

/** Listens there instead of whoever was killed before; nobody but the owner may connect. */
export async function listenForOwner(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((ready, failed) => {
    server.once('error', failed);
    server.listen({ path }, () => {
      server.off('error', failed);
      ready();
    });
  });
  chmodSync(path, ownFileMode);
}
