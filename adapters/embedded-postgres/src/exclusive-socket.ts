// A lock that the operating system frees however its holder dies: listening on a local socket.
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalPath, directoryKey } from './canonical-path.ts';

export interface SocketHold {
  release(): Promise<void>;
}

const answerWithinMs = 5_000;

/** Abstract socket on Linux, pipe on Windows; elsewhere a file, which outlives its holder. */
function addressOf(purpose: string, directory: string): { path: string; isFile: boolean } {
  const name = `morrow-${purpose}-${directoryKey(canonicalPath(directory))}`;
  if (process.platform === 'linux') return { path: `\0${name}`, isFile: false };
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\${name}`, isFile: false };
  return { path: join(tmpdir(), `${name}.sock`), isFile: true };
}

/**
 * Takes the lock of this purpose on a directory, or gives undefined when it is held. Whoever asks
 * gets `answer()`. Reaches all processes of one network namespace.
 */
export async function holdSocket(
  purpose: string,
  directory: string,
  answer: () => string,
): Promise<SocketHold | undefined> {
  const { path, isFile } = addressOf(purpose, directory);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(answer());
  });
  let held = await listens(server, path);
  if (!held && isFile && (await askSocket(purpose, directory)) === undefined) {
    rmSync(path, { force: true });
    held = await listens(server, path);
  }
  if (!held) return undefined;
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listens(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error);
    server.once('error', refused);
    server.listen({ path }, () => {
      server.off('error', refused);
      resolve(true);
    });
  });
}

/** The holder's answer, or undefined when nobody holds the lock or its holder does not answer. */
export function askSocket(purpose: string, directory: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ path: addressOf(purpose, directory).path });
    const giveUp = setTimeout(() => socket.destroy(), answerWithinMs);
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (text += part));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(giveUp);
      resolve(text === '' ? undefined : text);
    });
  });
}
