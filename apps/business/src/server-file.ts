/** What a server tells the command line, in a file beside its data: where it answers, and which
 * domains it hosts. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFileMode } from './data-folder.ts';
import { allDomains } from './module-catalog.ts';
import { ownerSocketPath } from './owner-socket.ts';
import type { Placement } from './settings.ts';

const fileIn = (dataDirectory: string) => join(dataDirectory, 'server.json');

/** The domains that a placement hosts, those that packs and settings add too, in the order in which
 * people read them. */
export function domainsOf({ processes }: Placement): readonly string[] {
  const placed = new Set(processes.flatMap(({ modules }) => modules));
  return allDomains.filter((domain) => placed.has(domain));
}

export function writeServerFile(
  dataDirectory: string,
  placement: Placement,
  url: string | undefined,
): void {
  const socket = ownerSocketPath(dataDirectory);
  const told = { url, socket, pid: process.pid, domains: domainsOf(placement) };
  const draft = `${fileIn(dataDirectory)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(told)}\n`, { mode: ownFileMode });
  renameSync(draft, fileIn(dataDirectory));
}

export const dropServerFile = (dataDirectory: string): void =>
  rmSync(fileIn(dataDirectory), { force: true });
