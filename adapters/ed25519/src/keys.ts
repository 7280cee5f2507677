/** Ed25519 keys as one line of text each (RFC 8410, in base64), as an environment or a file holds
 * them. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

const privateForm = { type: 'pkcs8', format: 'der' } as const;
const publicForm = { type: 'spki', format: 'der' } as const;

/** A new private key as text; the public one is derived from it. */
export const newPrivateKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export(privateForm).toString('base64');

/** The public half as text, for those who only read claims. */
export const publicTextOf = (key: KeyObject): string =>
  createPublicKey(key).export(publicForm).toString('base64');

const ofCurve = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`The key is of the kind ${key.asymmetricKeyType}, not ed25519.`);
  return key;
};

/** Throws where the text is no Ed25519 private key. */
export const privateKeyOf = (text: string): KeyObject =>
  ofCurve(createPrivateKey({ key: Buffer.from(text, 'base64'), ...privateForm }));

/** Public keys with commas between; throws where one is none, or of another kind. */
export const publicKeysOf = (text: string): readonly KeyObject[] =>
  text
    .split(',')
    .map((part) => ofCurve(createPublicKey({ key: Buffer.from(part, 'base64'), ...publicForm })));
