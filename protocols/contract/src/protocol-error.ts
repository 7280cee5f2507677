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
const cursorTag = Symbol.for('morrow.unknownCursor');

/** What a store or a domain throws for a cursor that no page of the list has given; callers get
 * `invalid`, which names the field. A list looks up the row that its cursor names. */
export const unknownCursor = (field = 'after'): Error =>
  Object.assign(new Error(`${field} is not a cursor of this list`), { [cursorTag]: field });

/** The input field that holds the cursor, where the error is that one. */
export function cursorField(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !(cursorTag in error)) return undefined;
  return String(error[cursorTag]);
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
