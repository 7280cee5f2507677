/** Errors of the operating system as sentences: what is wrong, and what to do about it. */

/** What Node tells of a failed call of the system. */
interface SystemError {
  readonly code: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly syscall?: string;
}

const fileOf = ({ path }: SystemError) => path ?? 'The file';
const placeOf = ({ address, port, path, hostname }: SystemError) => {
  if (port !== undefined) return `${address ?? hostname ?? 'port'}:${port}`;
  return path ?? address ?? 'the address';
};
const diskFull =
  'The disk is full. Free some space and try again; nothing that was acknowledged is lost.';
const notPermitted = (error: SystemError) =>
  error.syscall === 'listen' && error.port !== undefined
    ? `Port ${error.port} may not be used by this user. Choose one above 1023.`
    : `${fileOf(error)} cannot be opened by this user. Check its owner and its permissions.`;
const notReached = (error: SystemError) =>
  `${placeOf(error)} cannot be reached. Check the address and the network.`;
const unknownHost = ({ hostname = 'That host' }: SystemError) =>
  `${hostname} has no known address. Check its spelling and the network.`;

const sentences: Readonly<Record<string, (error: SystemError) => string>> = {
  ENOENT: ({ path, syscall = '' }) =>
    syscall.startsWith('spawn')
      ? `The program ${path ?? syscall.slice('spawn '.length)} is not installed.`
      : `There is no file ${path ?? 'of that name'}.`,
  EACCES: notPermitted,
  EPERM: notPermitted,
  EISDIR: (error) => `${fileOf(error)} is a folder. Name a file in it.`,
  ENOTDIR: (error) => `${fileOf(error)} leads through a file where a folder is needed.`,
  EEXIST: (error) => `${fileOf(error)} exists already.`,
  ENOTEMPTY: (error) => `${fileOf(error)} is a folder that is not empty.`,
  ENAMETOOLONG: (error) => `${fileOf(error)} is too long for the name of a file.`,
  ELOOP: (error) => `${fileOf(error)} is a link that leads back to itself.`,
  EROFS: (error) => `${fileOf(error)} is on a disk that is read-only.`,
  ENOSPC: () => diskFull,
  EDQUOT: () => diskFull,
  53100: () => diskFull,
  EMFILE: () => 'This process has too many files open. Raise the limit with ulimit -n.',
  ENFILE: () => 'This machine has too many files open. End other programs and try again.',
  ENOMEM: () => 'This machine has no memory left. End other programs and try again.',
  EIO: (error) => `${fileOf(error)} cannot be read from or written to its disk.`,
  EADDRINUSE: (error) =>
    `${error.port === undefined ? placeOf(error) : `Port ${error.port}`} is in use by ` +
    'another program. Choose another port: PORT=3001 npm start.',
  EADDRNOTAVAIL: ({ address = 'that address' }) =>
    `This machine does not have ${address}. Check HOST.`,
  ECONNREFUSED: (error) => `Nothing answers at ${placeOf(error)}. Check that the server runs.`,
  ECONNRESET: () => 'The server closed the connection. Try again.',
  EPIPE: () => 'The other side closed the connection. Try again.',
  ETIMEDOUT: notReached,
  EHOSTUNREACH: notReached,
  ENETUNREACH: notReached,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
};

/** Whether the error was written for people: its message is a sentence. */
const speaks = (error: object): boolean =>
  'message' in error && typeof error.message === 'string' && /[.!?]$/.test(error.message);

/** What an error came from, itself first: causes, and the errors that one stands for. One that
 * speaks for itself is not looked behind. */
function* origins(error: unknown, depth = 0): Iterable<unknown> {
  if (typeof error !== 'object' || error === null || depth > 4) return;
  yield error;
  if (speaks(error)) return;
  if ('cause' in error) yield* origins(error.cause, depth + 1);
  if ('errors' in error && Array.isArray(error.errors))
    for (const one of error.errors as readonly unknown[]) yield* origins(one, depth + 1);
}

/** One sentence for an error of the operating system, wherever among the causes it is; undefined
 * for any other error. */
export function systemSentence(error: unknown): string | undefined {
  for (const origin of origins(error)) {
    const { code } = origin as { readonly code?: unknown };
    if (typeof code === 'string' && Object.hasOwn(sentences, code))
      return sentences[code]?.(origin as SystemError);
  }
  return undefined;
}
