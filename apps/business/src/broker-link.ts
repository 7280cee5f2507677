/** Connects this process to NATS with its own credentials, and below its own inbox. */
import { readFileSync } from 'node:fs';
import { areCredentials, connectNats, type NatsLink } from '@morrow/adapter-nats';
import { BootFaults } from './boot-faults.ts';
import { brokerNameOf, inboxPrefixOf } from './broker-permissions.ts';
import { sealOf } from './claims.ts';
import type { Logger } from './logger.ts';
import type { Settings } from './settings.ts';

/** The text of the file that `M_NATS_CREDENTIALS` names. */
function credentialsIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BootFaults([`The file ${file} in M_NATS_CREDENTIALS cannot be read (${code}).`]);
  }
  if (areCredentials(text)) return text;
  throw new BootFaults([`The file ${file} in M_NATS_CREDENTIALS contains no nkey seed or .creds.`]);
}

/** Undefined where the settings name no server. Rejects where the server refuses the
 * credentials. */
export async function linkTo(settings: Settings, logger: Logger): Promise<NatsLink | undefined> {
  const { natsUrl: url, natsCredentials, modules } = settings;
  if (!url) return undefined;
  const credentials = natsCredentials === undefined ? undefined : credentialsIn(natsCredentials);
  const name = brokerNameOf(modules);
  try {
    return await connectNats({
      ...{ url, credentials, name: `morrow-${name}`, inboxPrefix: inboxPrefixOf(modules) },
      seal: sealOf(settings),
      onProblem: (sentence) => logger.warn(sentence),
    });
  } catch (error) {
    if ((error as Error).name !== 'AuthorizationError') throw error;
    throw new BootFaults([`NATS refuses the credentials of ${name}: ${url}.`]);
  }
}
