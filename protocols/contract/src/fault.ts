/** What a failure means to its caller, and so what may be done about it: a closed list. */

/** Faults of the architecture's §7. `unavailable` surely did not run; `timeout` may have run. */
export const faults = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'missing',
  'conflict',
  'inFlight',
  'reused',
  'exhausted',
  'unavailable',
  'timeout',
  'defect',
  'precondition',
] as const;
export type Fault = (typeof faults)[number];

/** Faults that a domain never declares: the dispatcher and the bindings raise them. */
export const platformFaults: ReadonlySet<Fault> = new Set([
  'unauthenticated',
  'inFlight',
  'reused',
  'unavailable',
  'timeout',
  'defect',
]);

/** Whether the outcome is final for an idempotency key, so that it is stored and answered again. */
export const isFinal = (fault: Fault): boolean =>
  !['unavailable', 'exhausted', 'timeout', 'defect', 'inFlight', 'unauthenticated'].includes(fault);
