/** The PostgreSQL of a process: the one that settings name, else the embedded one in the data
 * directory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '@morrow/adapter-embedded-postgres';
import type { Settings } from './settings.ts';

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
}
export interface DatabaseServers {
  of(domain: string): Server;
  stop(): Promise<void>;
}

/** Host, port and user of a PostgreSQL URL; a socket directory stands percent-encoded as host. */
export function serverOf(url: string): Server {
  const { hostname, port, username, password, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? decodeURIComponent(hostname),
    port: Number(port || 5432),
    user: decodeURIComponent(username || 'postgres'),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}

export async function openDatabaseServers(settings: Settings): Promise<DatabaseServers> {
  const named = settings.modules.map((domain) => settings.databaseUrl(domain));
  let embedded: EmbeddedPostgres | undefined;
  if (named.some((url) => url === undefined)) {
    mkdirSync(settings.dataDirectory, { recursive: true });
    embedded = await startPostgres({
      directory: join(settings.dataDirectory, 'postgres'),
      mayOpenParent: true,
    });
  }
  return {
    of(domain) {
      const url = settings.databaseUrl(domain);
      if (url !== undefined) return serverOf(url);
      if (!embedded) throw new TypeError(`No database for ${domain}`);
      return { host: embedded.socketDirectory, port: embedded.port, user: embedded.user };
    },
    stop: async () => embedded?.stop(),
  };
}
