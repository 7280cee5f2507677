/** What an instance may be told. */
import type { Json } from '@morrow/kernel';
import type { EventScope } from '@morrow/workflow-language';

/** The call that is spoken of: an answer to another epoch is none. */
interface OfCall {
  readonly step: string;
  readonly isUndo: boolean;
  readonly epoch: number;
}
export type Happening =
  | (OfCall & { readonly kind: 'answered'; readonly output: Json })
  /** The callee has refused, and will say the same again. */
  | (OfCall & { readonly kind: 'refused'; readonly sentence: string })
  /** Nobody knows whether it ran: it is tried again, as often as its step says. */
  | (OfCall & { readonly kind: 'failed'; readonly sentence: string })
  /** Nobody was there: it did not run, and is tried until somebody is. */
  | (OfCall & { readonly kind: 'away'; readonly sentence: string })
  /** It cannot be called: its input cannot be made, or does not fit. */
  | (OfCall & { readonly kind: 'broken'; readonly sentence: string })
  | { readonly kind: 'came'; readonly step: string; readonly event: EventScope }
  | {
      readonly kind: 'decided';
      readonly step: string;
      readonly decision: 'approved' | 'rejected';
      readonly by: string;
      readonly note?: string | undefined;
    }
  /** A moment has come. */
  | { readonly kind: 'woke' }
  /** Whoever worked on it has not been heard of for the length of a lease. */
  | { readonly kind: 'lost' }
  /** What it needs is not here, or is here again. */
  | { readonly kind: 'parked'; readonly sentence: string }
  | { readonly kind: 'resumed' }
  | (Freed & { readonly kind: 'retried' })
  | (Freed & { readonly kind: 'skipped' })
  | (Freed & { readonly kind: 'resolved'; readonly output: Json })
  | { readonly kind: 'cancelled'; readonly by: string; readonly note?: string | undefined };

/** What a person does about a step that is stuck. */
interface Freed {
  readonly step: string;
  readonly by: string;
  readonly note?: string | undefined;
}
