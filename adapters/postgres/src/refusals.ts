/** Translates what PostgreSQL refused into what the port says of it. */
import { platformError, ReceiptTaken, storageFull, type ProtocolError } from '@morrow/contract';
import { CommitRefused } from '@morrow/engines';

interface DatabaseError {
  readonly code?: string;
  readonly table?: string;
  readonly constraint?: string;
  readonly detail?: string;
  readonly message: string;
}
const errorOf = (error: unknown): DatabaseError => error as DatabaseError;

/** The refusal of one unit, or the error itself where it is none. */
export function refusalOf(error: unknown): unknown {
  const { code, table, constraint, detail, message } = errorOf(error);
  if (code === 'MW001') return new CommitRefused('staleVersion', message);
  if (code === 'MW002') return new CommitRefused('staleFacts', message);
  if (code !== '23505') return error;
  if (table === 'receipt') return new ReceiptTaken('The key has an answer already');
  const value = /=\((.*)\) already exists/.exec(detail ?? '')?.[1] ?? '';
  if (table === 'entry') return new CommitRefused('alreadyPosted', value);
  const isDocument = constraint?.endsWith('_pkey') && !table?.startsWith('stock_');
  if (isDocument) return new CommitRefused('staleVersion', value);
  return new CommitRefused('duplicate', value);
}

/** Whether the same work may go through at another try: a deadlock or a serialization failure. */
export const isRepeatable = (error: unknown): boolean =>
  ['40001', '40P01'].includes(errorOf(error).code ?? '');

const notThere = new Set([
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
]);
/** Whether the connection was not there, so that nothing ran. */
export const isUnreachable = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ENOENT', '57P03'].includes(errorOf(error).code ?? '') ||
  notThere.has(errorOf(error).message);

/** Whether there is no room left: the statement was undone, and the server lives. */
export const isFull = (error: unknown): boolean =>
  ['53100', 'ENOSPC'].includes(errorOf(error).code ?? '');

export const fullFault = (domain: string, cause: unknown): ProtocolError =>
  Object.assign(storageFull(domain), { cause });

/** Whether the connection broke under a statement: it may have run. */
export const isLost = (error: unknown): boolean => {
  const { code = '', message } = errorOf(error);
  return (
    !isUnreachable(error) &&
    (/^(08|57P0|EPIPE|ECONNRESET)/.test(code) || message.startsWith('Connection terminated'))
  );
};

/** What callers learn when there was no connection, or when it broke before a commit: surely
 * nothing was stored. */
export const awayFault = (domain: string, cause: unknown): ProtocolError =>
  Object.assign(
    platformError(domain, 'unavailable', `The database of ${domain} cannot be reached now.`),
    { cause },
  );

/** The same, or `timeout` when the connection broke under a commit, which may have been stored. */
export const connectionFault = (domain: string, cause: unknown): ProtocolError =>
  isLost(cause)
    ? Object.assign(
        platformError(domain, 'timeout', `The database of ${domain} went away during a commit.`),
        { cause },
      )
    : awayFault(domain, cause);
