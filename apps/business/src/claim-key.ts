/** The key that claims are signed with: one for an installation, named by the environment, else
 * made once beside the data. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimSigner, ClaimVerifier } from '@morrow/adapter-nats';
import { BootFaults } from './boot-faults.ts';

const format = { type: 'pkcs8', format: 'der' } as const;

function keyFrom(text: string): KeyObject {
  try {
    const key = createPrivateKey({ key: Buffer.from(text.trim(), 'base64'), ...format });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // said below
  }
  throw new BootFaults(['M_CLAIM_KEY is no Ed25519 key: give it as PKCS#8 in base64.']);
}

/** Reads the key of the data directory; the first process makes it. */
function keptKey(dataDirectory: string): string {
  const file = join(dataDirectory, 'claim.key');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { privateKey } = generateKeyPairSync('ed25519');
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${privateKey.export(format).toString('base64')}\n`, { mode: 0o600 });
  try {
    // a link appears with all that is in it, or not at all where another process was first
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
  return readFileSync(file, 'utf8');
}

/** What signs the calls of this process, and what checks those of others. */
export function claimsOf(named: string | undefined, dataDirectory: string) {
  const key = keyFrom(named || keptKey(dataDirectory));
  return { signer: new ClaimSigner(key), verifier: new ClaimVerifier(createPublicKey(key)) };
}
