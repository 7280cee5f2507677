/** Claims: who acts, for which tenant, until when; every dispatcher decides on them alike. */
import type { CallContext, Claim, ProvenClaim } from '../context.ts';

/** Reads claims; the cryptography is an adapter's. */
export interface ClaimReader {
  /** The claim of a text that a key of this platform signed; undefined for any other text. */
  read(token: string): ProvenClaim | undefined;
  /** Whether this very value was signed or read here: one that was put together was not. */
  isProven(claim: ProvenClaim): boolean;
}

export const notSigned = 'The claim was not signed by this platform.';

/** Why a call is not what its claim says, in one sentence; undefined when it is. */
export function claimProblem(
  claims: ClaimReader,
  context: CallContext,
  now = Date.now(),
): string | undefined {
  const { claim } = context;
  if (claim === undefined) return 'The call carries no claim.';
  if (!claims.isProven(claim)) return notSigned;
  if (!(claim.expiresAt > now)) return 'The claim has expired. Sign in again.';
  return speaksFor(claim, context) ? undefined : 'The claim belongs to another caller.';
}

/** A module or workflow may act for the person whom the claim is about; nobody else may. */
function speaksFor(claim: Claim, { tenant, actor, onBehalfOf }: CallContext): boolean {
  if (tenant !== claim.tenant) return false;
  if (actor === claim.actor && onBehalfOf === claim.onBehalfOf) return true;
  return /^(module|workflow):/.test(actor) && onBehalfOf === (claim.onBehalfOf ?? claim.actor);
}
