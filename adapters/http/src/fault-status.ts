/** The one table from faults to HTTP, and the one form of every refusal:
 * problem+json (RFC 9457). */
import { isStorageFull, type Fault, type WireError } from '@morrow/contract';

export const statusOf: Readonly<Record<Fault, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  inFlight: 409,
  precondition: 412,
  reused: 422,
  exhausted: 429,
  defect: 500,
  unavailable: 503,
  timeout: 504,
};

/** The status of a refusal: a full disk has one of its own among what is unavailable. */
export const statusOfError = (error: WireError): number =>
  isStorageFull(error) ? 507 : (statusOf[error.fault] ?? 500);

/** A refusal as HTTP shows it. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** `protocol.code` of a protocol's refusal; absent for a refusal of the transport itself. */
  readonly code?: string;
  readonly fault?: Fault;
  readonly data?: unknown;
  readonly trace?: string;
}
export const problemType = 'application/problem+json';

/** Words of a code: `numberTaken` → `number taken`. */
const words = (code: string) => code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export const problemOf = (protocol: string, error: WireError, trace: string): ProblemDetails => ({
  type: `/api#${protocol}.${error.code}`,
  title: words(error.code),
  status: statusOfError(error),
  detail: error.sentence ?? words(error.code),
  code: `${protocol}.${error.code}`,
  fault: error.fault,
  data: error.data,
  trace,
});

/** A refusal of the transport itself: no such route, a body that is none. */
export const transportProblem = (
  status: number,
  title: string,
  detail: string,
): ProblemDetails => ({
  type: 'about:blank',
  title,
  status,
  detail,
});
