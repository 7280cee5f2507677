/** Signs and reads claims with Ed25519 (RFC 8032): a signature is checked once for each token. */
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { CallContext, Claim, ClaimReader, ProvenClaim } from '@morrow/contract';

export interface ClaimKeys {
  /** Of a process that may sign. */
  readonly privateKey?: KeyObject | undefined;
  /** Keys whose claims are believed besides those of the own private key: another process's, or the
   * one before a change of keys. */
  readonly publicKeys?: readonly KeyObject[] | undefined;
  readonly now?: (() => number) | undefined;
}
export interface Claims extends ClaimReader {
  /** The claim of a session: the same one for each call until half of its time is over. */
  claimFor(session: Pick<CallContext, 'tenant' | 'actor' | 'onBehalfOf'>): ProvenClaim;
  /** Signs what is given as it is. */
  sign(claim: Claim): ProvenClaim;
}

/** How long a claim holds: a session that goes on gets another in time. */
const claimMs = 15 * 60_000;
/** Claims remembered at once; a claim is one session, so this bounds memory and not traffic. */
const rememberedMax = 10_000;

/** A map that forgets what came first when it is full. */
function remember<V>(map: Map<string, V>, key: string, value: V): V {
  map.delete(key);
  if (map.size >= rememberedMax) map.delete(map.keys().next().value ?? '');
  map.set(key, value);
  return value;
}

/** `payload.signature`, both base64url; the payload is the claim as JSON. */
function tokenOf(claim: Claim, key: KeyObject): string {
  const payload = Buffer.from(JSON.stringify(claim));
  return `${payload.toString('base64url')}.${sign(null, payload, key).toString('base64url')}`;
}

/** The claim of a token, where one of the keys signed it. */
function opened(token: string, keys: readonly KeyObject[]): Claim | undefined {
  const [payload = '', signature = '', ...more] = token.split('.');
  const bytes = Buffer.from(payload, 'base64url');
  const proof = Buffer.from(signature, 'base64url');
  if (more.length || !keys.some((key) => verify(null, bytes, key, proof))) return undefined;
  return JSON.parse(bytes.toString()) as Claim;
}

export function openClaims({ privateKey, publicKeys = [], now = Date.now }: ClaimKeys): Claims {
  const trusted = [...(privateKey ? [createPublicKey(privateKey)] : []), ...publicKeys];
  const proven = new WeakSet<object>();
  const read = new Map<string, ProvenClaim>();
  const sessions = new Map<string, ProvenClaim>();
  const prove = (claim: Claim, token: string): ProvenClaim => {
    const made = Object.freeze({ ...claim, token }) as ProvenClaim;
    proven.add(made);
    return made;
  };
  const signed = (claim: Claim): ProvenClaim => {
    if (!privateKey) throw new TypeError('This process has no key to sign claims with.');
    return prove(claim, tokenOf(claim, privateKey));
  };
  return {
    sign: signed,
    isProven: (claim) => proven.has(claim),
    claimFor({ tenant, actor, onBehalfOf }) {
      const session = JSON.stringify([tenant, actor, onBehalfOf]);
      const known = sessions.get(session);
      if (known && known.expiresAt - now() > claimMs / 2) return known;
      const claim = { tenant, actor, onBehalfOf, scopes: ['organization'], features: [] };
      return remember(sessions, session, signed({ ...claim, expiresAt: now() + claimMs }));
    },
    read(token) {
      const known = read.get(token);
      if (known && known.expiresAt > now()) return known;
      read.delete(token);
      const claim = opened(token, trusted);
      if (!claim) return undefined;
      const made = prove(claim, token);
      return claim.expiresAt > now() ? remember(read, token, made) : made;
    },
  };
}
