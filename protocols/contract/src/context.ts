/** Who calls, for whom, until when: what travels beside the input of every call. */
import type { Json } from '@morrow/kernel';

/** What the edge signs for a session, and a process for what it does by itself. */
export interface Claim {
  readonly tenant: string;
  /** `person:…`, `cli:…`, `workflow:name@version`, `service:wms`. */
  readonly actor: string;
  /** The person behind a service or workflow. */
  readonly onBehalfOf?: string | undefined;
  /** Where the actor may work: `organization`, or a client or project. */
  readonly scopes: readonly string[];
  /** Features decided at the edge, so that one session sees one answer. */
  readonly features: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

declare const proven: unique symbol;
/** A claim that this process signed, or whose signature it has checked. */
export interface ProvenClaim extends Claim {
  /** The signed text, as it travels. */
  readonly token: string;
  readonly [proven]: true;
}

export interface CallContext {
  /** Customer of the platform whose databases are opened; `main` by default. */
  readonly tenant: string;
  /** Who acts: `person:…`, `cli:…`, `workflow:name@version`, `module:wms`, `service:wms`. */
  readonly actor: string;
  /** The person on whose behalf a module or workflow acts. */
  readonly onBehalfOf?: string | undefined;
  /** W3C traceparent. */
  readonly trace: string;
  /** Milliseconds since 1970 after which nobody waits for the answer any more. */
  readonly deadlineAt: number;
  /** Idempotency key; every command between services has one. */
  readonly key?: string | undefined;
  /** Aborted when the caller has gone away; known in this process only, and never travels. */
  readonly signal?: AbortSignal | undefined;
  /** What proves the actor: read by the binding that brought the call; the dispatcher decides. */
  readonly claim?: ProvenClaim | undefined;
  /** Made by the dispatcher for a command: what its commit stores beside the change. */
  readonly receipt?: PendingReceipt | undefined;
}

/** What a key already answered, or what a commit is about to store for it. Scoped by tenant (the
 * database) and actor. */
export interface Receipt {
  /** `actor|protocol.operation|key`. */
  readonly key: string;
  /** Hash of the encoded input: another payload under the same key is refused as `reused`. */
  readonly fingerprint: string;
  /** Wire outcome, as it was answered. */
  readonly answer: Json;
}

/** The receipt of a command under way. Its commit calls `settle` with the output and stores what
 * that returns in the same transaction as the change. */
export interface PendingReceipt {
  readonly key: string;
  readonly fingerprint: string;
  settle(output: unknown): Receipt;
  /** Tells that the receipt was committed; without it the dispatcher looks whether it was. */
  stored(): void;
}

/** Where receipts lie: the store of the (tenant, domain) that runs the command. */
export interface ReceiptBook {
  find(tenant: string, key: string): Promise<Receipt | undefined>;
  keep(tenant: string, receipt: Receipt): Promise<void>;
}

/** Raised by a commit that meets its own key: somebody stored it first. */
export class ReceiptTaken extends Error {
  override readonly name = 'ReceiptTaken';
}

/** A context for a call made while handling another: same person, trace and
 * deadline, its own key. */
export const following = (
  context: CallContext,
  actor: string,
  key: string | undefined,
): CallContext => ({
  tenant: context.tenant,
  actor,
  onBehalfOf: context.onBehalfOf ?? context.actor,
  trace: context.trace,
  deadlineAt: context.deadlineAt,
  claim: context.claim,
  key,
});
