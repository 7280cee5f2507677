/** The claims of this process: its keys, and what it signs for sessions and for itself. */
import {
  newPrivateKey,
  openClaims,
  privateKeyOf,
  publicKeysOf,
  type Claims,
} from '@morrow/adapter-ed25519';
import { messageKeyFrom, messageKeysOf, messageSeal, type MessageSeal } from '@morrow/adapter-nats';
import type { CallContext } from '@morrow/contract';
import { BootFaults } from './boot-faults.ts';
import { secretFile } from './secret-file.ts';
import type { Settings } from './settings.ts';

/** The private key of this installation, as text: made at the first start. */
export const claimKeyFile = (dataDirectory: string): string =>
  secretFile(dataDirectory, 'claim.key', newPrivateKey);

/** The key that the settings name, else the one in the data directory; claims of its public half
 * are believed, and of the public keys that the settings add. */
export function claimsOf({ claimKey, claimKeys, dataDirectory }: Settings): Claims {
  const text = claimKey ?? claimKeyFile(dataDirectory);
  const faults: string[] = [];
  const readable = <T>(name: string, kind: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch {
      faults.push(`${name} holds no Ed25519 ${kind} key in base64.`);
      return undefined;
    }
  };
  const where = claimKey === undefined ? 'The file claim.key in M_DATA' : 'M_CLAIM_KEY';
  const privateKey = readable(where, 'private', () => privateKeyOf(text));
  const publicKeys =
    claimKeys === undefined
      ? undefined
      : readable('M_CLAIM_KEYS', 'public', () => publicKeysOf(claimKeys));
  if (faults.length) throw new BootFaults(faults);
  return openClaims({ privateKey, publicKeys });
}

/** The seal of messages between the processes of this installation, under the keys that the
 * settings name, else one derived from the private claim key. */
export function sealOf({ messageKey, claimKey, dataDirectory }: Settings): MessageSeal {
  if (messageKey === undefined) {
    const text = claimKey ?? claimKeyFile(dataDirectory);
    return messageSeal([messageKeyFrom(Buffer.from(text, 'base64'))]);
  }
  try {
    return messageSeal(messageKeysOf(messageKey));
  } catch {
    throw new BootFaults(['M_MESSAGE_KEY is not 32 bytes or more in base64.']);
  }
}

/** Signs contexts. A module that acts by itself is signed for as the service that it is, on behalf
 * of the person whose event it handles. */
export const signing =
  (claims: Claims) =>
  (context: CallContext): CallContext => {
    const actor = context.actor.replace(/^module:/, 'service:');
    return { ...context, claim: claims.claimFor({ ...context, actor }) };
  };
