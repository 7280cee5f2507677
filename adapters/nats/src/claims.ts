/** Claims of the edge: who acts for which tenant until when, signed with Ed25519 (RFC 8032). */
import { sign, verify, type KeyObject } from 'node:crypto';
import type { CallContext } from '@morrow/contract';

export interface Claim {
  readonly tenant: string;
  readonly actor: string;
  /** The person behind a module or workflow. */
  readonly onBehalfOf?: string | undefined;
  readonly scopes: readonly string[];
  readonly features: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** `payload.signature`, both base64url; the payload is the claim as JSON. */
export function signClaim(privateKey: KeyObject, claim: Claim): string {
  const payload = Buffer.from(JSON.stringify(claim));
  const signature = sign(null, payload, privateKey);
  return `${payload.toString('base64url')}.${signature.toString('base64url')}`;
}

/** How long a claim holds; half of it is left at least when it is sent. */
const claimMs = 10 * 60_000;

/** Signs for whoever acts in this process, a claim for each person, module and tenant, and again
 * before it expires: a signature costs as much as many calls. */
export class ClaimSigner {
  readonly #privateKey: KeyObject;
  readonly #now: () => number;
  readonly #signed = new Map<string, { readonly token: string; readonly expiresAt: number }>();

  constructor(privateKey: KeyObject, now: () => number = Date.now) {
    this.#privateKey = privateKey;
    this.#now = now;
  }

  claimFor({ tenant, actor, onBehalfOf }: CallContext): string {
    const name = `${tenant} ${actor} ${onBehalfOf ?? ''}`;
    const known = this.#signed.get(name);
    const now = this.#now();
    if (known && known.expiresAt - now > claimMs / 2) return known.token;
    if (this.#signed.size >= rememberedMax)
      this.#signed.delete(this.#signed.keys().next().value ?? '');
    const expiresAt = now + claimMs;
    const about = { tenant, actor, onBehalfOf, scopes: [], features: [], expiresAt };
    const token = signClaim(this.#privateKey, about);
    this.#signed.set(name, { token, expiresAt });
    return token;
  }
}

/** Claims remembered at once; a claim is one session, so this bounds memory and not traffic. */
const rememberedMax = 10_000;

/** Checks claims against the public key of the edge: a signature once, then by the token's bytes
 * until it expires, since a check costs as much as a hundred calls. */
export class ClaimVerifier {
  readonly #publicKey: KeyObject;
  readonly #now: () => number;
  readonly #known = new Map<string, Claim>();

  constructor(publicKey: KeyObject, now: () => number = Date.now) {
    this.#publicKey = publicKey;
    this.#now = now;
  }

  /** Why the call is not what its claim says, in one sentence; undefined when it is. */
  problemOf(context: CallContext): string | undefined {
    const { claim: token } = context;
    if (token === undefined) return 'The call carries no claim.';
    const claim = this.#known.get(token) ?? this.#read(token);
    if (!claim) return 'The claim was not signed by this platform.';
    if (!(claim.expiresAt > this.#now())) {
      this.#known.delete(token);
      return 'The claim has expired: sign in again.';
    }
    return speaksFor(claim, context) ? undefined : 'The claim is about somebody else.';
  }

  #read(token: string): Claim | undefined {
    const [payload = '', signature = '', ...more] = token.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    const proof = Buffer.from(signature, 'base64url');
    if (more.length || !verify(null, bytes, this.#publicKey, proof)) return undefined;
    const claim = JSON.parse(bytes.toString()) as Claim;
    if (this.#known.size >= rememberedMax)
      this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(token, claim);
    return claim;
  }
}

/** A module or workflow may act for the person whom the claim is about; nobody else may. */
function speaksFor(claim: Claim, { tenant, actor, onBehalfOf }: CallContext): boolean {
  if (tenant !== claim.tenant) return false;
  if (actor === claim.actor && onBehalfOf === claim.onBehalfOf) return true;
  return /^(module|workflow):/.test(actor) && onBehalfOf === (claim.onBehalfOf ?? claim.actor);
}
