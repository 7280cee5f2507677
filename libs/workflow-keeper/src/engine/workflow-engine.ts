/** The port of workflow engines: instances are documents in PostgreSQL, an engine says who goes on
 * with them, and when. */
import type { CallContext, Invoke, NewPulse, Work } from '@morrow/contract';
import type { Stores } from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';
import type { CheckDefinition, Catalog } from '@morrow/workflow-language';
import type { InstanceBook } from './instance-book.ts';

export interface EngineOptions {
  readonly stores: Stores;
  readonly book: InstanceBook;
  readonly clock: Clock;
  readonly newPulse: NewPulse;
  /** Unique per process. */
  readonly owner: string;
  readonly catalog: Catalog;
  readonly invoke: Invoke;
  signed(context: CallContext): CallContext;
  onProblem(sentence: string, cause: unknown): void;
}

/** Works on the instances of each tenant that it was started for. */
export interface WorkflowEngine extends Work {
  /** Something may be due: of the tenant, in a commit that has just been made or is about to be. */
  expect(tenant: string): void;
}
export type NewWorkflowEngine = (options: EngineOptions) => WorkflowEngine;

/** What the module `workflows` is started with beside its stores. */
export interface WorkflowEngines {
  /** Absent: the embedded engine. */
  readonly newWorkflowEngine?: NewWorkflowEngine | undefined;
  /** Checks large texts apart from the event loop; absent: in this thread. */
  readonly checkDefinition?: CheckDefinition | undefined;
  /** How long a process that works on an instance is waited for; absent: 10 s. */
  readonly leaseMs?: number | undefined;
}
