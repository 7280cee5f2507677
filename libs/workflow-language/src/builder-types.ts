/** The types of the builder: what a protocol's operations want and what expressions give. */
import type { Protocol, ProtocolSpec } from '@morrow/contract';
import type { EventScope, StepState } from './evaluator.ts';
import type { Compensation } from './workflow.schemas.ts';

declare const gives: unique symbol;
export const source: unique symbol = Symbol('source');

/** An expression whose value is, on the wire, a `T`. */
export interface Expr<T> {
  readonly [source]: string;
  readonly [gives]?: T;
}
/** A path that goes on by the fields of what it gives; a list ends it. */
export type PathTo<T> = Expr<T> &
  (NonNullable<T> extends readonly unknown[]
    ? unknown
    : NonNullable<T> extends object
      ? { readonly [K in keyof NonNullable<T>]-?: PathTo<NonNullable<T>[K] | Absent<T>> }
      : unknown);
/** What hangs on an absent value is absent too. */
type Absent<T> = undefined extends T ? undefined : never;

/** A value of the wire, or an expression, or a list or map of such. */
export type Filled<T> =
  | T
  | Expr<T>
  | (T extends readonly (infer Item)[]
      ? readonly Filled<Item>[]
      : T extends object
        ? { readonly [K in keyof T]: Filled<T[K]> }
        : never);
/** A template of which nothing is wanted but that it is JSON. */
export type FreeTemplate =
  | Expr<unknown>
  | string
  | number
  | boolean
  | null
  | readonly FreeTemplate[]
  | { readonly [field: string]: FreeTemplate };

export type AnyProtocol = Pick<Protocol<ProtocolSpec>, 'spec'>;
type Operations<P extends AnyProtocol> = P['spec']['operations'];
/** Names of operations that a workflow may call. */
export type CallableOf<P extends AnyProtocol> = {
  [K in keyof Operations<P>]: Operations<P>[K] extends { readonly workflow: true } ? K : never;
}[keyof Operations<P>] &
  string;
export type InputOf<
  P extends AnyProtocol,
  K extends string,
> = Operations<P>[K]['input']['_zod']['input'];
export type OutputOf<
  P extends AnyProtocol,
  K extends string,
> = Operations<P>[K]['output']['_zod']['input'];
export type EventNameOf<P extends AnyProtocol> = keyof P['spec']['events'] & string;
export type EventDataOf<
  P extends AnyProtocol,
  K extends string,
> = P['spec']['events'][K]['data']['_zod']['input'];

export type EventPaths<Data> = PathTo<Omit<EventScope, 'data'> & { readonly data: Data }>;

/** A step as those after it read it; a step that was skipped has no output. */
export type StepPaths<Output> = PathTo<{ readonly state: StepState; readonly output: Output }>;
/** What an approval gives: `by` is absent where the timeout decided. */
export interface Approved {
  readonly decision: 'approved' | 'rejected';
  readonly at: string;
  readonly by?: string;
  readonly note?: string;
}

/** What the callbacks of the builder read. */
export interface Scope<Trigger, Steps> {
  readonly trigger: EventPaths<Trigger>;
  readonly steps: Steps;
  readonly instance: PathTo<{ readonly id: string; readonly startedAt: string }>;
}
/** Fields that every kind of step has. */
export interface SharedFields<Steps> {
  readonly after?: readonly (keyof Steps & string)[];
  readonly when?: Expr<boolean>;
  readonly label?: Expr<string>;
  readonly show?: Expr<unknown>;
}
export interface CallFields<Steps, Input> extends SharedFields<Steps> {
  readonly input: Filled<Input>;
  readonly retry?: { times: number; wait: string; factor?: number; most?: string };
  readonly compensate?: Compensation;
}
export interface AwaitFields<Steps> extends SharedFields<Steps> {
  readonly accepts: Expr<boolean>;
  readonly timeout?: string;
  readonly onTimeout?: 'fail' | 'continue';
}
export interface SleepFields<Steps> extends SharedFields<Steps> {
  /** A duration, or the instant at which the sleep ends. */
  readonly sleep: string | Expr<string>;
}
export interface ApprovalFields<Steps> extends SharedFields<Steps> {
  readonly role: string;
  readonly title: string | Expr<string>;
  readonly timeout?: string;
  readonly onTimeout?: 'reject' | 'approve';
}
