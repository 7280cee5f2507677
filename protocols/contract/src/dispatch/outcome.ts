/** What crosses a boundary: an encoded output or an encoded refusal, and nothing else. */
import type { Json } from '@morrow/kernel';
import { fillSentence, type OperationSpec, type ProtocolSpec } from '../define-protocol.ts';
import { faults, type Fault } from '../fault.ts';
import {
  conflictRefusal,
  isCommitConflict,
  isPlatformConflict,
  isProtocolError,
  platformError,
  ProtocolError,
  refusedIn,
} from '../protocol-error.ts';
import { codecOf } from '../schema/index.ts';

export interface WireError {
  readonly code: string;
  readonly fault: Fault;
  readonly data: Json;
  readonly sentence?: string | undefined;
}
export type Wire = { readonly ok: Json } | { readonly error: WireError };

/** Hears of defects with their cause; the caller hears only of a trace id. */
export type DefectListener = (operation: string, error: unknown, trace: string) => void;

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
/** The refusal of an input that its schema does not admit: paths and messages, never the values. */
export function invalidInput(protocol: string, error: unknown): ProtocolError {
  const issues = ((error as { issues?: Issue[] }).issues ?? [])
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.map(String), message }));
  const first = issues[0];
  const where = first?.path.length ? `${first.path.join('.')}: ` : '';
  const sentence = `The input is not valid: ${where}${first?.message ?? 'it cannot be read'}`;
  return new ProtocolError(protocol, 'invalid', 'invalid', { issues }, sentence);
}

/** What a caller may learn of a failure: a declared error with its data, a refusal of the platform,
 * or that there was a defect (reported with its cause to the listener). */
export function exposed(
  spec: ProtocolSpec,
  name: string,
  operation: OperationSpec,
  error: unknown,
  trace: string,
  onDefect?: DefectListener,
): ProtocolError {
  if (isProtocolError(error)) {
    const own = error.protocol === spec.name;
    if (own && operation.errors.includes(error.code)) return error;
    if (own && error.code === error.fault) return error;
    if (!own && ['unavailable', 'timeout', 'exhausted'].includes(error.fault))
      return platformError(
        spec.name,
        error.fault,
        error.message,
        error.code === error.fault ? error.data : {},
      );
    if (isPlatformConflict(error)) return conflictRefusal(spec.name);
  }
  const refused = refusedIn(error);
  if (refused) return invalidInput(spec.name, { issues: [refused] });
  if (isCommitConflict(error)) return conflictRefusal(spec.name);
  onDefect?.(`${spec.name}.${name}`, error, trace);
  return platformError(spec.name, 'defect', `An internal error occurred. Its trace is ${trace}.`, {
    trace,
  });
}

/** Encodes a refusal; data that break their own declaration become a defect. */
export function encodeError(spec: ProtocolSpec, error: ProtocolError): WireError {
  const declared = Object.hasOwn(spec.errors, error.code) ? spec.errors[error.code] : undefined;
  const data = declared ? codecOf(declared.data).encode(error.data) : error.data;
  return { code: error.code, fault: error.fault, data: data as Json, sentence: error.message };
}

/** Reads a refusal that came over a wire. */
export function decodeError(spec: ProtocolSpec, wire: WireError): ProtocolError {
  const declared = Object.hasOwn(spec.errors, wire.code) ? spec.errors[wire.code] : undefined;
  const fault = faults.includes(wire.fault) ? wire.fault : 'defect';
  if (!declared) return new ProtocolError(spec.name, wire.code, fault, wire.data, wire.sentence);
  const data = codecOf(declared.data).decode(wire.data);
  const sentence = fillSentence(declared.sentence, wire.data);
  return new ProtocolError(spec.name, wire.code, declared.fault, data, sentence);
}

/** A copy of a refusal as it would have travelled. */
export const copyError = (spec: ProtocolSpec, error: ProtocolError): ProtocolError =>
  decodeError(spec, encodeError(spec, error));
