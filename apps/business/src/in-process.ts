/** Opens the data without a server, for a command line that finds none running. */
import type { CallContext, PortOf, Protocol, ProtocolSpec } from '@morrow/contract';
import { holdInstance } from '@morrow/adapter-embedded-postgres';
import { BootFaults } from './boot-faults.ts';
import { boot } from './boot.ts';
import { secureDataFolder } from './data-folder.ts';
import { domainsOf } from './server-file.ts';
import { readSettings } from './settings.ts';

export interface InProcess {
  /** Domains that are hosted, in the order in which people read them. */
  readonly domains: readonly string[];
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  /** The same context with a claim, as the edge signs it. */
  signed(context: CallContext): CallContext;
  close(): Promise<void>;
}

/** Boots every domain in this process, without HTTP. Refuses while a server holds the data. */
export async function openInProcess(): Promise<InProcess> {
  const settings = readSettings({ ...process.env, LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error' });
  secureDataFolder(settings.dataDirectory);
  const held = await holdInstance(settings.dataDirectory, () => ({
    pid: process.pid,
    url: undefined,
  }));
  if (!held)
    throw new BootFaults([
      'This data is in use by a server that does not answer the command line: it is starting, or ' +
        'of an earlier release. Try again, or stop it.',
    ]);
  const running = await boot(settings, process.env);
  return {
    domains: domainsOf(settings.placement),
    port: (protocol) => running.port(protocol),
    signed: (context) => running.signed(context),
    async close() {
      await running.stop();
      await held.release();
    },
  };
}
