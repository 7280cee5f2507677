/** The one error that crosses a boundary: a code, its fault and the data declared for it. */
import type { Fault } from './fault.ts';

const tag = Symbol.for('morrow.protocolError');

/** A refusal of a protocol. Recognised by tag, never by class: bundles may hold two
 * copies of it. */
export class ProtocolError<Code extends string = string, Data = unknown> extends Error {
  readonly [tag] = true;
  override readonly name = 'ProtocolError';
  readonly protocol: string;
  readonly code: Code;
  readonly fault: Fault;
  readonly data: Data;

  constructor(protocol: string, code: Code, fault: Fault, data: Data, sentence?: string) {
    super(sentence ?? `${protocol}: ${code}`);
    this.protocol = protocol;
    this.code = code;
    this.fault = fault;
    this.data = data;
  }
}

export const isProtocolError = (value: unknown): value is ProtocolError =>
  typeof value === 'object' && value !== null && tag in value;

/** A refusal of the platform itself: code and fault share their name. */
export const platformError = (
  protocol: string,
  fault: Fault,
  sentence: string,
  data: unknown = {},
): ProtocolError => new ProtocolError(protocol, fault, fault, data, sentence);

/** Nothing was stored since no room is left; it may go through when a person has made some. */
export const storageFull = (protocol: string): ProtocolError =>
  platformError(
    protocol,
    'unavailable',
    'The disk that holds the data directory is full: free some space and start again; ' +
      'nothing that was acknowledged is lost.',
    { reason: 'storageFull' },
  );

/** Whether a refusal, as thrown or as it travelled, is that one. */
export const isStorageFull = ({ fault, data }: Pick<ProtocolError, 'fault' | 'data'>): boolean =>
  fault === 'unavailable' && (data as { reason?: unknown } | null)?.reason === 'storageFull';

/** Marks the error, so that another copy of this file in a second bundle recognises it too. */
const fieldTag = Symbol.for('morrow.refusedField');

/** What a store or a domain throws for a field of the input that its schema cannot judge; callers
 * get `invalid`, which names the field. */
export const refusedField = (field: string, message: string): Error =>
  Object.assign(new Error(message), { [fieldTag]: field });
/** The same for a cursor that no page of the list has given. A list looks up the row that its
 * cursor names. */
export const unknownCursor = (field = 'after'): Error =>
  refusedField(field, 'Not a cursor of this list; pass `next` of its last page');

/** The input field and what is wrong with it, where the error is one of those. */
export function refusedIn(error: unknown): { path: string[]; message: string } | undefined {
  if (!(error instanceof Error) || !(fieldTag in error)) return undefined;
  return { path: [String(error[fieldTag])], message: error.message };
}

const conflictTag = Symbol.for('morrow.commitConflict');

/** A store did not commit since somebody else had changed the same record; nothing was stored. An
 * operation decides again; what it lets through reaches its caller as `conflict`, never as a
 * defect. Recognised by tag. */
export class CommitConflict extends Error {
  readonly [conflictTag] = true;
}
export const isCommitConflict = (value: unknown): value is CommitConflict =>
  typeof value === 'object' && value !== null && conflictTag in value;

/** What the caller of an operation learns of a conflict that stayed. */
export const conflictRefusal = (protocol: string): ProtocolError =>
  platformError(
    protocol,
    'conflict',
    'The same record was changed by someone else at the same moment; nothing was stored. Try ' +
      'again.',
  );
/** Whether a refusal is that one: the same call may go through at another try. */
export const isPlatformConflict = ({
  code,
  fault,
}: Pick<ProtocolError, 'code' | 'fault'>): boolean => code === 'conflict' && fault === 'conflict';
