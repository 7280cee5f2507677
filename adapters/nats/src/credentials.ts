/** Credentials of processes: nkeys (Ed25519 seeds as text), which nats-server knows by their public
 * half, so that no secret lies with the server. */
import { credsAuthenticator, nkeyAuthenticator, nkeys, type Authenticator } from 'nats';

/** A new seed (`SU…`), which is a secret. */
export const newCredentials = (): string => Buffer.from(nkeys.createUser().getSeed()).toString();

/** The public key (`U…`) of a seed; throws where the text is none. */
export const publicKeyOf = (seed: string): string =>
  nkeys.fromSeed(Buffer.from(seed.trim())).getPublicKey();

const isJwt = (text: string) => text.includes('BEGIN NATS USER JWT');

/** Whether a text is an nkey seed of a user, or a `.creds` file with a JWT. */
export function areCredentials(text: string): boolean {
  try {
    return isJwt(text) || publicKeyOf(text).startsWith('U');
  } catch {
    return false;
  }
}

export function authenticatorOf(text: string): Authenticator {
  const bytes = new Uint8Array(Buffer.from(text.trim()));
  return isJwt(text) ? credsAuthenticator(bytes) : nkeyAuthenticator(bytes);
}
